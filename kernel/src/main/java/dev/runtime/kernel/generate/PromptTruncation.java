package dev.runtime.kernel.generate;

import dev.runtime.api.ErrorCode;
import dev.runtime.api.RuntimeFailure;

/** Fits tokens of a prompt into the context. */
final class PromptTruncation {
    private PromptTruncation() {}

    /** Returns the most tokens of a prompt: one position must be left for the reply. */
    static int limit(int context) {
        return context - 1;
    }

    /**
     * Returns how many tokens of the start survive.
     *
     * @param wanted tokens asked for, -1 for all
     * @param begin tokens before the text, which are kept in any case
     */
    static int keep(int wanted, int begin, int length, int context) {
        long keep = wanted < 0 ? length : (long) wanted + begin;
        return (int) Math.min(keep, context - 1L);
    }

    /**
     * Cuts the middle out of a prompt that is too long: {@code keep} tokens of its start and the newest ones remain, together
     * {@code context - (context - keep) / 2}, as many as after the context was full once.
     *
     * @param shift whether old tokens may be dropped when the context is full
     * @throws RuntimeFailure with {@code request.context_exceeded} if cutting is not allowed
     */
    static int[] fit(int[] prompt, int context, int keep, boolean truncate, boolean shift, Notes notes) {
        if (prompt.length <= limit(context)) {
            return prompt;
        }
        if (!truncate) {
            throw new RuntimeFailure(ErrorCode.CONTEXT_EXCEEDED, "the prompt has " + prompt.length
                    + " tokens, more than the context of " + context + " tokens can take; shorten it or raise num_ctx");
        }
        if (!shift) {
            throw new RuntimeFailure(ErrorCode.CONTEXT_EXCEEDED,
                    "the prompt is longer than the context length currently available to the model; shorten the prompt, adjust the "
                            + "context length in settings, or use a model with a longer context length (" + prompt.length
                            + " tokens, context " + context + ")");
        }
        int remaining = Math.min(limit(context), context - (context - keep) / 2);
        int[] cut = new int[remaining];
        System.arraycopy(prompt, 0, cut, 0, keep);
        System.arraycopy(prompt, prompt.length - (remaining - keep), cut, keep, remaining - keep);
        notes.add("the prompt of " + prompt.length + " tokens was cut to " + remaining + " in the middle to fit the context of " + context);
        return cut;
    }
}
