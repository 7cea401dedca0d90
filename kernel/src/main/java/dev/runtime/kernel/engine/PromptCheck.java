package dev.runtime.kernel.engine;

import dev.runtime.api.ErrorCode;
import dev.runtime.api.RuntimeFailure;

/** What is required of tokens from outside. */
final class PromptCheck {
    private PromptCheck() {}

    static void check(int[] tokens, int longest, int vocabulary) {
        if (tokens.length == 0) {
            throw new RuntimeFailure(ErrorCode.REQUEST_INVALID, "the input has no tokens; give at least one");
        }
        if (tokens.length > longest) {
            throw new RuntimeFailure(ErrorCode.CONTEXT_EXCEEDED, "the input has " + tokens.length + " tokens, the limit is "
                    + longest + "; shorten it or load the model with a longer context");
        }
        for (int token : tokens) {
            if (token < 0 || token >= vocabulary) {
                throw new RuntimeFailure(ErrorCode.REQUEST_INVALID, "the input has token " + token + ", the vocabulary ends at "
                        + (vocabulary - 1));
            }
        }
    }
}
