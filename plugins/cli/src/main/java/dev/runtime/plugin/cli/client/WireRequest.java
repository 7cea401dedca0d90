package dev.runtime.plugin.cli.client;

import dev.runtime.api.inference.GenerateRequest;
import dev.runtime.api.inference.KeepAlive;
import dev.runtime.api.inference.Message;
import dev.runtime.api.inference.OutputFormat;
import dev.runtime.api.inference.Prompt;
import dev.runtime.api.inference.Thinking;
import dev.runtime.api.inference.ToolCall;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** A generation request as the server's native API takes it. */
final class WireRequest {
    private WireRequest() {}

    static String path(GenerateRequest request) {
        return request.prompt() instanceof Prompt.Chat ? "/api/chat" : "/api/generate";
    }

    static Map<String, Object> body(GenerateRequest request) {
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("model", request.model());
        switch (request.prompt()) {
            case Prompt.Chat chat -> body.put("messages", chat.messages().stream().map(WireRequest::message).toList());
            case Prompt.Text text -> {
                body.put("prompt", text.text());
                text.system().ifPresent(system -> body.put("system", system));
                if (!text.images().isEmpty()) {
                    body.put("images", images(text.images()));
                }
            }
            case Prompt.Raw raw -> {
                body.put("prompt", raw.text());
                body.put("raw", true);
            }
            case Prompt.Tokens tokens -> throw new IllegalArgumentException("the native API takes no token prompts");
        }
        if (!request.options().values().isEmpty()) {
            body.put("options", request.options().values());
        }
        switch (request.format()) {
            case OutputFormat.Free free -> { }
            case OutputFormat.Json json -> body.put("format", "json");
            case OutputFormat.Schema schema -> body.put("format", schema.schema());
            case OutputFormat.Grammar _, OutputFormat.Regex _, OutputFormat.Choice _ ->
                    throw new IllegalArgumentException("the native API takes no format but json and a schema");
        }
        switch (request.thinking()) {
            case DEFAULT -> { }
            case ON -> body.put("think", true);
            case OFF -> body.put("think", false);
            case LOW, MEDIUM, HIGH, MAX -> body.put("think", request.thinking().name().toLowerCase(Locale.ROOT));
        }
        keepAlive(request.keepAlive(), body);
        return body;
    }

    static void keepAlive(KeepAlive keepAlive, Map<String, Object> body) {
        switch (keepAlive) {
            case KeepAlive.Unchanged unchanged -> { }
            case KeepAlive.Forever forever -> body.put("keep_alive", -1);
            case KeepAlive.For time -> body.put("keep_alive", time.duration().toNanos() + "ns");
        }
    }

    private static Map<String, Object> message(Message message) {
        Map<String, Object> wire = new LinkedHashMap<>();
        wire.put("role", message.role());
        wire.put("content", message.content());
        if (!message.thinking().isEmpty()) {
            wire.put("thinking", message.thinking());
        }
        if (!message.images().isEmpty()) {
            wire.put("images", images(message.images()));
        }
        if (!message.toolCalls().isEmpty()) {
            List<Object> calls = new ArrayList<>();
            for (ToolCall call : message.toolCalls()) {
                calls.add(Map.of("function", Map.of("name", call.name(), "arguments", call.arguments())));
            }
            wire.put("tool_calls", calls);
        }
        return wire;
    }

    private static List<String> images(List<byte[]> images) {
        return images.stream().map(Base64.getEncoder()::encodeToString).toList();
    }
}
