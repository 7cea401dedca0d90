package dev.runtime.plugin.dialect.ollama;

import dev.runtime.api.ErrorCode;
import dev.runtime.api.RuntimeFailure;
import dev.runtime.api.inference.KeepAlive;
import dev.runtime.api.inference.OutputFormat;
import dev.runtime.api.inference.Thinking;
import dev.runtime.plugin.dialect.Fields;
import dev.runtime.plugin.dialect.JsonText;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The fields that generate and chat have in common.
 *
 * @param model the model as given
 * @param stream whether to answer in lines
 * @param keepAlive how long the model stays
 * @param think whether thinking was asked for or off; empty if not given
 * @param truncate whether a long prompt may be cut
 * @param shift whether old tokens may be dropped
 * @param logprobs whether log probabilities were asked for
 * @param topLogprobs alternatives of each
 * @param renderOnly whether to stop after rendering
 * @param options the options, unchecked
 * @param format the format, unchecked
 */
record GenerationFields(
        String model,
        boolean stream,
        KeepAlive keepAlive,
        Optional<Thinking> think,
        boolean truncate,
        boolean shift,
        boolean logprobs,
        int topLogprobs,
        boolean renderOnly,
        Map<String, Object> options,
        Optional<Object> format) {

    private static final String LEVELS = "\"high\", \"medium\", \"low\", \"max\", true, or false";
    private static final int MOST_LOGPROBS = 20;

    static GenerationFields of(Fields fields) {
        return new GenerationFields(fields.string("model"), fields.flag("stream", true), KeepAliveReader.read(fields),
                fields.value("think").map(GenerationFields::think), fields.flag("truncate", true), fields.flag("shift", true),
                fields.flag("logprobs", false), fields.integer("top_logprobs", 0), fields.flag("_debug_render_only", false),
                fields.object("options"), fields.value("format"));
    }

    private static Thinking think(Object value) {
        return switch (value) {
            case Boolean on -> on ? Thinking.ON : Thinking.OFF;
            case String level -> switch (level) {
                case "low" -> Thinking.LOW;
                case "medium" -> Thinking.MEDIUM;
                case "high" -> Thinking.HIGH;
                case "max" -> Thinking.MAX;
                default -> throw invalid("invalid think value: \"" + level + "\" (must be " + LEVELS + ")");
            };
            default -> throw invalid("think must be a boolean or string (" + LEVELS + ")");
        };
    }

    /** Checks the number of alternatives; clients expect this before the model is looked for. */
    void checkLogprobs() {
        if (topLogprobs < 0 || topLogprobs > MOST_LOGPROBS) {
            throw invalid("top_logprobs must be between 0 and " + MOST_LOGPROBS);
        }
    }

    /** Returns what a request to the engine takes. */
    int requestedLogprobs(List<String> notes) {
        if (!logprobs && topLogprobs > 0) {
            notes.add("ignored field \"top_logprobs\": logprobs is not true");
        }
        return logprobs ? topLogprobs : -1;
    }

    /** Reads the format. */
    @SuppressWarnings("unchecked")
    OutputFormat outputFormat() {
        return switch (format.orElse("")) {
            case String text when text.isEmpty() -> new OutputFormat.Free();
            case String text when text.equals("json") -> new OutputFormat.Json();
            case Map<?, ?> schema -> new OutputFormat.Schema((Map<String, Object>) schema);
            case Object other -> throw invalid("invalid format: " + shortened(other) + "; expected \"json\" or a valid JSON Schema object");
        };
    }

    private static String shortened(Object value) {
        String text = JsonText.text(value);
        return text.length() > 200 ? text.substring(0, 200) + "…" : text;
    }

    private static RuntimeFailure invalid(String message) {
        return new RuntimeFailure(ErrorCode.REQUEST_INVALID, message);
    }
}
