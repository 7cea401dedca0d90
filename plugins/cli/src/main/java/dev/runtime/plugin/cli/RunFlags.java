package dev.runtime.plugin.cli;

import dev.runtime.api.ErrorCode;
import dev.runtime.api.RuntimeFailure;
import dev.runtime.api.inference.KeepAlive;
import dev.runtime.api.inference.OutputFormat;
import dev.runtime.api.inference.Thinking;
import dev.runtime.plugin.cli.session.Levels;
import dev.runtime.plugin.cli.session.RunSettings;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/** The flags of {@code run}, read. */
final class RunFlags {
    private static final Pattern DURATION_PART = Pattern.compile("(\\d+(?:\\.\\d+)?|\\.\\d+)(h|ms|m|s|us|µs|ns)");

    private RunFlags() {}

    /**
     * Reads.
     *
     * @param thinks whether the model can think: then it does unless told otherwise
     */
    static RunSettings settings(Options.Parsed args, boolean thinks) {
        Thinking thinking = args.value("--think").map(RunFlags::thinking).orElse(thinks ? Thinking.ON : Thinking.DEFAULT);
        return new RunSettings(thinking, args.value("--format").map(RunFlags::format).orElse(new OutputFormat.Free()), keepAlive(args),
                args.has("--hidethinking"), !args.has("--nowordwrap"), args.has("--verbose"), Map.of());
    }

    static Thinking thinking(String value) {
        return Levels.of(value).orElseThrow(() -> invalid("invalid value for --think: \"" + value + "\" (must be " + Levels.ALL + ")"));
    }

    static KeepAlive keepAlive(Options.Parsed args) {
        return args.value("--keepalive").map(RunFlags::keepAlive).orElse(new KeepAlive.Unchanged());
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
        double nanos = 0;
        int end = 0;
        while (part.find() && part.start() == end) {
            double unit = switch (part.group(2)) {
                case "h" -> 3600e9;
                case "m" -> 60e9;
                case "s" -> 1e9;
                case "ms" -> 1e6;
                case "us", "µs" -> 1e3;
                default -> 1;
            };
            nanos += Double.parseDouble(part.group(1)) * unit;
            end = part.end();
        }
        if (end == 0 && !text.equals("0") || end != 0 && end < text.length()) {
            throw invalid("invalid value for --keepalive: \"" + value + "\"; write a duration such as 5m, 1h30m or -1s");
        }
        return value.startsWith("-") && nanos > 0 ? new KeepAlive.Forever() : new KeepAlive.For(Duration.ofNanos((long) nanos));
    }

    private static RuntimeFailure invalid(String message) {
        return new RuntimeFailure(ErrorCode.REQUEST_INVALID, message);
    }
}
