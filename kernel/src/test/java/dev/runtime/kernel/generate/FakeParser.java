package dev.runtime.kernel.generate;

import dev.runtime.api.inference.ToolCall;
import dev.runtime.api.text.OutputParser;
import java.util.Map;
import java.util.Set;

/**
 * {@code {...}} is a thought and the control token {@code <go>} begins a call whose name ends at a semicolon. One character at a
 * time, so that splits do not matter.
 */
final class FakeParser implements OutputParser {
    Request request;
    ModelHints hints;
    private final int score;

    FakeParser(int score) {
        this.score = score;
    }

    @Override
    public String name() {
        return "fake";
    }

    @Override
    public int score(ModelHints asked) {
        hints = asked;
        return score;
    }

    @Override
    public Session open(Request opened) {
        request = opened;
        return new Session() {
            private final StringBuilder call = new StringBuilder();
            private boolean thought;

            @Override
            public void accept(String text, Sink sink) {
                for (int i = 0; i < text.length(); i++) {
                    next(text.charAt(i), sink);
                }
            }

            private void next(char c, Sink sink) {
                if (!call.isEmpty() || c == '<') {
                    call.append(c);
                    if (c == ';') {
                        String name = call.substring("<go>".length(), call.length() - 1);
                        sink.toolCall(new ToolCall("", 7, name, Map.of()));
                        call.setLength(0);
                    }
                } else if (c == '{' || c == '}') {
                    thought = c == '{';
                } else if (thought) {
                    sink.thinking(String.valueOf(c));
                } else {
                    sink.content(String.valueOf(c));
                }
            }

            @Override
            public void finish(Sink sink) {
                if (!call.isEmpty()) {
                    sink.note("unfinished call");
                    sink.content(call.toString());
                }
            }

            @Override
            public Set<String> markers() {
                return Set.of("<go>");
            }
        };
    }
}
