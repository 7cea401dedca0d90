package dev.runtime.plugin.dialect.openai;

import dev.runtime.api.ErrorCode;
import dev.runtime.api.RuntimeFailure;
import dev.runtime.plugin.dialect.Fields;
import java.util.List;

/** Reads how many log probabilities are wanted, as requests to the engine say it: -1 for none. */
final class Logprobs {
    private static final int MOST = 20;

    private Logprobs() {}

    /** Reads the fields of chat: a flag and a number. */
    static int chat(Fields fields, List<String> ignored) {
        int top = inRange("top_logprobs", fields.integer("top_logprobs", 0));
        boolean wanted = fields.flag("logprobs", false);
        if (!wanted && top > 0) {
            ignored.add(fields.place("top_logprobs"));
        }
        return wanted ? top : -1;
    }

    /** Reads the field of completions: a number, where 0 asks for those of the chosen tokens alone. */
    static int completions(Fields fields) {
        return fields.value("logprobs").isEmpty() ? -1 : inRange("logprobs", fields.integer("logprobs", 0));
    }

    private static int inRange(String name, int value) {
        if (value < 0 || value > MOST) {
            throw new RuntimeFailure(ErrorCode.REQUEST_INVALID, name + " must be between 0 and " + MOST);
        }
        return value;
    }
}
