package org.example.faults;

import dev.runtime.api.ErrorCode;
import dev.runtime.api.RuntimeFailure;
import dev.runtime.api.inference.ToolCall;
import dev.runtime.api.text.OutputParser;
import java.util.LinkedHashMap;
import java.util.Map;

/** Parses the replies of models that are configured for the parser "faults"; the end of the prompt says what is to happen. */
public final class FaultyParser implements OutputParser {
    @Override
    public String name() {
        return "faults";
    }

    @Override
    public int score(ModelHints hints) {
        return hints.configured().equals(name()) ? 100 : 0;
    }

    @Override
    public Session open(Request request) {
        return new Reply(request.promptEnd());
    }

    private static final class Reply implements Session {
        private final String wish;
        private int texts;

        private Reply(String wish) {
            this.wish = wish;
        }

        @Override
        public void accept(String text, Sink sink) {
            texts++;
            if (wish.contains("busy at once")) {
                throw new RuntimeFailure(ErrorCode.SERVER_STOPPING, "the backend is not ready");
            }
            if (wish.contains("quota at once")) {
                throw new RuntimeFailure(ErrorCode.QUOTA_EXCEEDED, "the quota is used up");
            }
            if (wish.contains("fail later") && texts > 1) {
                throw new RuntimeFailure(ErrorCode.DEVICE_FAILED, "the backend broke");
            }
            if (wish.contains("break the parser")) {
                throw new IllegalStateException("no tool call: " + text);
            }
            if (wish.contains("call once") && texts == 1) {
                Map<String, Object> arguments = new LinkedHashMap<>();
                arguments.put("z", 1L);
                arguments.put("a", "two");
                arguments.put("m", 3L);
                sink.toolCall(new ToolCall("", 0, "f", arguments));
            }
            sink.content("word ");
        }

        @Override
        public void finish(Sink sink) {
            // nothing was held back
        }
    }
}
