package dev.runtime.plugin.dialect.testkit;

import dev.runtime.api.inference.EmbedRequest;
import dev.runtime.api.inference.GenerateRequest;
import dev.runtime.api.inference.KeepAlive;
import dev.runtime.api.inference.Message;
import dev.runtime.api.inference.Options;
import dev.runtime.api.inference.OutputFormat;
import dev.runtime.api.inference.Prompt;
import dev.runtime.api.inference.RankRequest;
import dev.runtime.api.testkit.ScriptedInference;
import dev.runtime.plugin.dialect.JsonText;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Requests to the engine as plain values, for comparison with fixtures. */
public final class AskedFacts {
    private AskedFacts() {}

    /** Returns the facts of a request that {@code ScriptedInference} was asked for. */
    public static Map<String, Object> of(Object asked) {
        Map<String, Object> facts = new LinkedHashMap<>();
        switch (asked) {
            case GenerateRequest r -> {
                facts.put("call", "generate");
                facts.put("model", r.model());
                facts.put("prompt", prompt(r.prompt()));
                facts.put("options", r.options().values());
                facts.put("logitBias", logitBias(r.options()));
                facts.put("format", format(r.format()));
                facts.put("thinking", r.thinking().name());
                facts.put("keepAlive", keepAlive(r.keepAlive()));
                facts.put("truncate", r.truncate());
                facts.put("shift", r.shift());
                facts.put("topLogprobs", (long) r.topLogprobs());
                facts.put("renderOnly", r.renderOnly());
                facts.put("toolChoice", (r.toolChoice().required() ? "required" : "free") + (r.toolChoice().parallel() ? "" : ", one"));
            }
            case EmbedRequest r -> {
                facts.put("call", "embed");
                facts.put("model", r.model());
                facts.put("inputs", r.inputs());
                facts.put("truncate", r.truncate());
                facts.put("dimensions", (long) r.dimensions());
                facts.put("normalize", r.normalize());
                facts.put("options", r.options().values());
                facts.put("keepAlive", keepAlive(r.keepAlive()));
            }
            case RankRequest r -> {
                facts.put("call", "rank");
                facts.put("model", r.model());
                facts.put("query", r.query());
                facts.put("documents", r.documents());
                facts.put("truncate", r.truncate());
            }
            case ScriptedInference.Load r -> {
                facts.put("call", "load");
                facts.put("model", r.model());
                facts.put("options", r.options().values());
                facts.put("keepAlive", keepAlive(r.keepAlive()));
            }
            case ScriptedInference.Unload r -> {
                facts.put("call", "unload");
                facts.put("model", r.model());
            }
            default -> throw new IllegalArgumentException(asked.toString());
        }
        return facts;
    }

    private static Map<String, Object> logitBias(Options options) {
        Map<String, Object> facts = new TreeMap<>();
        options.logitBias().forEach((token, bias) -> facts.put(String.valueOf(token), bias));
        return facts;
    }

    private static String keepAlive(KeepAlive keepAlive) {
        return switch (keepAlive) {
            case KeepAlive.Unchanged unchanged -> "unchanged";
            case KeepAlive.Forever forever -> "forever";
            case KeepAlive.For time -> time.duration().toString();
        };
    }

    private static Object format(OutputFormat format) {
        return switch (format) {
            case OutputFormat.Free free -> "free";
            case OutputFormat.Json json -> "json";
            case OutputFormat.Schema schema -> schema.schema();
            case OutputFormat.Grammar grammar -> "grammar " + grammar.text();
            case OutputFormat.Regex regex -> "regex " + regex.pattern();
            case OutputFormat.Choice choice -> choice.texts();
        };
    }

    private static Map<String, Object> prompt(Prompt prompt) {
        Map<String, Object> facts = new LinkedHashMap<>();
        switch (prompt) {
            case Prompt.Chat chat -> {
                facts.put("messages", chat.messages().stream().map(AskedFacts::message).toList());
                facts.put("tools", chat.tools().stream().map(t -> JsonText.text(t.declaration())).toList());
                facts.put("toolNames", chat.tools().stream().map(t -> t.name() + ": " + t.description() + " " + t.parameters().keySet()).toList());
            }
            case Prompt.Text text -> {
                facts.put("text", text.text());
                facts.put("suffix", text.suffix());
                text.system().ifPresent(s -> facts.put("system", s));
                text.template().ifPresent(t -> facts.put("template", t));
                facts.put("images", texts(text.images()));
                facts.put("context", Arrays.stream(text.context()).mapToObj(n -> (long) n).toList());
            }
            case Prompt.Raw raw -> {
                facts.put("raw", raw.text());
                facts.put("images", texts(raw.images()));
            }
            case Prompt.Tokens tokens -> facts.put("tokens", tokens.ids().length);
        }
        return facts;
    }

    private static Map<String, Object> message(Message message) {
        Map<String, Object> facts = new LinkedHashMap<>();
        facts.put("role", message.role());
        facts.put("content", message.content());
        facts.put("thinking", message.thinking());
        facts.put("images", texts(message.images()));
        facts.put("calls", message.toolCalls().stream()
                .map(c -> c.id() + "/" + c.index() + "/" + c.name() + "/" + JsonText.text(c.arguments())).toList());
        facts.put("toolName", message.toolName());
        facts.put("toolCallId", message.toolCallId());
        return facts;
    }

    private static List<String> texts(List<byte[]> files) {
        return files.stream().map(f -> new String(f, StandardCharsets.UTF_8)).toList();
    }
}
