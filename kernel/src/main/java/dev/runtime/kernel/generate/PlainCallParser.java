package dev.runtime.kernel.generate;

import dev.runtime.api.inference.ToolCall;
import dev.runtime.api.text.OutputParser;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/**
 * Reads a call that the kernel demanded of a family without a form of its own: the answer is {@code {"name": ..., "arguments": ...}}.
 * Thoughts are left to the family's parser. For one thread.
 */
final class PlainCallParser implements OutputParser.Session {
    private final OutputParser.Session family;
    private final StringBuilder answer = new StringBuilder();

    PlainCallParser(OutputParser.Session family) {
        this.family = family;
    }

    @Override
    public void accept(String text, OutputParser.Sink sink) {
        family.accept(text, new Answer(sink));
    }

    @Override
    public void finish(OutputParser.Sink sink) {
        family.finish(new Answer(sink));
        try {
            Map<?, ?> call = JsonMapper.shared().readValue(answer.toString(), LinkedHashMap.class);
            if (call.get("name") instanceof String name && call.get("arguments") instanceof Map<?, ?> given) {
                Map<String, Object> arguments = new LinkedHashMap<>();
                given.forEach((key, value) -> arguments.put(String.valueOf(key), value));
                sink.toolCall(new ToolCall("", 0, name, arguments));
                return;
            }
        } catch (JacksonException _) {
            // cut off by the limit of tokens
        }
        sink.note("a tool call could not be read, the reply ended inside of it; it is part of the content");
        sink.content(answer.toString());
    }

    @Override
    public Set<String> markers() {
        return family.markers();
    }

    /** Keeps content, passes on the rest. */
    private final class Answer implements OutputParser.Sink {
        private final OutputParser.Sink sink;

        Answer(OutputParser.Sink sink) {
            this.sink = sink;
        }

        @Override
        public void content(String text) {
            answer.append(text);
        }

        @Override
        public void thinking(String text) {
            sink.thinking(text);
        }

        @Override
        public void toolCall(ToolCall call) {
            sink.toolCall(call);
        }

        @Override
        public void note(String text) {
            sink.note(text);
        }
    }
}
