package dev.runtime.kernel.engine;

import dev.runtime.api.ErrorCode;
import dev.runtime.api.RuntimeFailure;

/** What is required of tokens from outside. */
final class PromptCheck {
    private PromptCheck() {}

    static void check(int[] tokens, ImageRuns images, int longest, int vocabulary) {
        if (tokens.length == 0) {
            throw new RuntimeFailure(ErrorCode.REQUEST_INVALID, "the input has no tokens; give at least one");
        }
        if (tokens.length > longest) {
            throw new RuntimeFailure(ErrorCode.CONTEXT_EXCEEDED, "the input has " + tokens.length + " tokens, the limit is "
                    + longest + "; shorten it or load the model with a longer context");
        }
        for (int i = 0; i < tokens.length; i++) {
            int token = tokens[i];
            if ((token < 0 || token >= vocabulary) && !images.covers(i)) {
                throw new RuntimeFailure(ErrorCode.REQUEST_INVALID, "the input has token " + token + ", the vocabulary ends at "
                        + (vocabulary - 1));
            }
        }
    }
}
