package dev.runtime.plugin.cli;

import dev.runtime.api.ErrorCode;
import dev.runtime.api.RuntimeFailure;
import dev.runtime.api.inference.GenerateRequest;
import dev.runtime.api.inference.KeepAlive;
import dev.runtime.api.inference.OutputFormat;
import dev.runtime.api.inference.Prompt;
import dev.runtime.api.inference.Thinking;
import dev.runtime.plugin.cli.render.Screen;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/** What the flags of {@code run} ask for. */
record RunSettings(Thinking thinking, OutputFormat format, KeepAlive keepAlive, boolean hideThinking, boolean wordWrap, boolean verbose) {
    private static final Pattern DURATION_PART = Pattern.compile("(\\d+(?:\\.\\d+)?)(h|ms|m|s)");

    static RunSettings of(Options.Parsed args, Set<String> capabilities) {
        Thinking thinking = args.value("--think").map(RunSettings::thinking)
                .orElse(capabilities.contains("thinking") ? Thinking.ON : Thinking.DEFAULT);
        return new RunSettings(thinking, args.value("--format").map(RunSettings::format).orElse(new OutputFormat.Free()),
                args.value("--keepalive").map(RunSettings::keepAlive).orElse(new KeepAlive.Unchanged()), args.has("--hidethinking"),
                !args.has("--nowordwrap"), args.has("--verbose"));
    }

    RunSettings withThinking(Thinking other) {
        return new RunSettings(other, format, keepAlive, hideThinking, wordWrap, verbose);
    }

    RunSettings withVerbose(boolean other) {
        return new RunSettings(thinking, format, keepAlive, hideThinking, wordWrap, other);
    }

    GenerateRequest request(String model, Prompt prompt) {
        return GenerateRequest.of(model, prompt).withThinking(thinking).withFormat(format).withKeepAlive(keepAlive);
    }

    /** Columns to wrap at; 0 for none, as where the output is no terminal. */
    int columns(Screen screen) {
        return wordWrap && screen.terminal() ? screen.columns() : 0;
    }

    static Thinking thinking(String value) {
        return switch (value.toLowerCase(Locale.ROOT)) {
            case "true" -> Thinking.ON;
            case "false" -> Thinking.OFF;
            case "low" -> Thinking.LOW;
            case "medium" -> Thinking.MEDIUM;
            case "high" -> Thinking.HIGH;
            case "max" -> Thinking.MAX;
            default -> throw invalid("invalid value for --think: \"" + value + "\" (must be true, false, low, medium, high, or max)");
        };
    }

    private static OutputFormat format(String value) {
        if (value.equals("json")) {
            return new OutputFormat.Json();
        }
        try {
            @SuppressWarnings("unchecked")
            Map<String, Object> schema = JsonMapper.shared().readValue(value, LinkedHashMap.class);
            return new OutputFormat.Schema(schema);
        } catch (JacksonException e) {
            throw invalid("invalid value for --format: use json, or a JSON schema object");
        }
    }

    /** Reads {@code 5m}, {@code 1h30m}, {@code 90s}; a negative one keeps the model for ever. */
    static KeepAlive keepAlive(String value) {
        String text = value.startsWith("-") ? value.substring(1) : value;
        Matcher part = DURATION_PART.matcher(text);
        double seconds = 0;
        int end = 0;
        while (part.find() && part.start() == end) {
            double unit = switch (part.group(2)) {
                case "h" -> 3600;
                case "m" -> 60;
                case "s" -> 1;
                default -> 0.001;
            };
            seconds += Double.parseDouble(part.group(1)) * unit;
            end = part.end();
        }
        if (end == 0 && !text.equals("0") || end != 0 && end < text.length()) {
            throw invalid("invalid value for --keepalive: \"" + value + "\"; write a duration such as 5m, 1h30m or -1s");
        }
        return value.startsWith("-") && seconds > 0 ? new KeepAlive.Forever() : new KeepAlive.For(Duration.ofNanos((long) (seconds * 1e9)));
    }

    private static RuntimeFailure invalid(String message) {
        return new RuntimeFailure(ErrorCode.REQUEST_INVALID, message);
    }
}
