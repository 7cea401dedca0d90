package dev.runtime.plugin.dialect.anthropic;

import dev.runtime.api.ErrorCode;
import dev.runtime.api.RuntimeFailure;
import dev.runtime.api.inference.GenerateRequest;
import dev.runtime.api.inference.KeepAlive;
import dev.runtime.api.inference.Message;
import dev.runtime.api.inference.Options;
import dev.runtime.api.inference.OutputFormat;
import dev.runtime.api.inference.Prompt;
import dev.runtime.api.inference.Thinking;
import dev.runtime.api.inference.ToolChoice;
import dev.runtime.api.model.Capability;
import dev.runtime.plugin.dialect.ChosenTools;
import dev.runtime.plugin.dialect.Fields;
import dev.runtime.plugin.dialect.ModelChecks;
import dev.runtime.plugin.dialect.ModelLookup;
import dev.runtime.plugin.dialect.RequestReader;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A request of this dialect, read but not yet tied to a model.
 *
 * @param model the model as given
 * @param stream whether to answer in events
 * @param prompt messages and tools
 * @param toolChoice whether a tool must be called
 * @param options what chooses tokens
 * @param format the shape of the answer
 * @param thinking whether to think; empty if not said
 * @param notes what was left out; more is added
 */
record MessageRequest(String model, boolean stream, Prompt.Chat prompt, ToolChoice toolChoice, Options options, OutputFormat format,
        Optional<Thinking> thinking, List<String> notes) {
    /**
     * Reads, in the order in which clients expect mistakes to be found.
     *
     * @param limited whether the request must say how long the answer may be
     */
    static MessageRequest read(Fields fields, RequestReader requests, boolean limited) {
        List<String> ignored = new ArrayList<>();
        List<String> notes = new ArrayList<>();
        String model = fields.string("model");
        if (model.isBlank()) {
            throw invalid("model is required");
        }
        long limit = fields.whole("max_tokens").orElse(0);
        if (limited && limit <= 0) {
            throw invalid("max_tokens is required and must be positive");
        }
        List<Message> messages = MessageReader.read(fields, ignored);
        ChosenTools tools = new ToolReader(requests, ignored, notes).read(fields);
        fields.known("tool_choice");
        Fields output = fields.fields("output_config");
        Optional<Thinking> thinking = ThinkingFields.read(fields, output, ignored);
        OutputFormat format = format(output.value("format").isPresent() ? output.fields("format") : fields.fields("output_format"), ignored);
        fields.known("output_format");
        ignored.addAll(output.ignored());
        Options options = options(fields, limit);
        boolean stream = fields.flag("stream", false);
        fields.known("cache_control");
        fields.knownIf("service_tier", value -> value.equals("auto") || value.equals("standard_only"));
        ignored.addAll(0, fields.ignored());
        requests.account(ignored, notes);
        return new MessageRequest(model, stream, new Prompt.Chat(messages, tools.tools()), tools.choice(), options, format, thinking, notes);
    }

    private static OutputFormat format(Fields format, List<String> ignored) {
        boolean schema = format.string("type").equals("json_schema");
        Map<String, Object> wanted = format.object("schema");
        ignored.addAll(format.ignored());
        return schema && !wanted.isEmpty() ? new OutputFormat.Schema(wanted) : new OutputFormat.Free();
    }

    private static Options options(Fields fields, long limit) {
        Map<String, Object> values = new LinkedHashMap<>();
        if (limit > 0) {
            values.put("num_predict", limit);
        }
        fields.number("temperature").ifPresent(n -> values.put("temperature", n));
        fields.number("top_p").ifPresent(n -> values.put("top_p", n));
        fields.whole("top_k").ifPresent(n -> values.put("top_k", n));
        List<String> stop = new ArrayList<>();
        for (Object each : fields.list("stop_sequences")) {
            if (!(each instanceof String text)) {
                throw invalid("field \"stop_sequences\" must hold strings, not " + Fields.kind(each));
            }
            stop.add(text);
        }
        if (!stop.isEmpty()) {
            values.put("stop", stop);
        }
        return Options.of(values);
    }

    /**
     * Returns what the engine is asked for.
     *
     * @param renderOnly whether the prompt alone is wanted, in full length
     * @throws RuntimeFailure with {@code request.unsupported} if the model cannot do it
     */
    GenerateRequest forModel(ModelLookup.Found found, boolean renderOnly) {
        boolean able = found.info().capabilities().contains(Capability.THINKING);
        if (!able && thinking.isPresent() && thinking.get().requested()) {
            notes.add("this model has no thoughts: \"thinking\" has no effect");
        }
        ModelChecks.completes(found, "chat");
        ModelChecks.has(found, prompt.tools().isEmpty() ? List.of() : List.of(Capability.TOOLS));
        return new GenerateRequest(found.reference().name(), prompt, options, format,
                able ? thinking.orElse(Thinking.ON) : Thinking.DEFAULT, new KeepAlive.Unchanged(), !renderOnly, true, -1, renderOnly, toolChoice);
    }

    private static RuntimeFailure invalid(String message) {
        return new RuntimeFailure(ErrorCode.REQUEST_INVALID, message);
    }
}
