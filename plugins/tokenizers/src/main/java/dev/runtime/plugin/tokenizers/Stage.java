package dev.runtime.plugin.tokenizers;

/**
 * One pattern of a pre-tokenizer, written as a scanner: what a regular expression would match at one place, in time linear in what it looks
 * at, and without recursion over the text.
 */
@FunctionalInterface
interface Stage {
    /**
     * Matches at {@code from}, seeing nothing at or beyond {@code end}.
     *
     * @return the end of the match, greater than {@code from}; or, if there is none, the complement {@code ~next} of the next place where
     *     one is possible
     */
    int match(CodePoints text, int from, int end);

    /** Returns the pattern that takes the first alternative that matches. */
    static Stage any(Stage... alternatives) {
        return (text, from, end) -> {
            for (Stage alternative : alternatives) {
                int to = alternative.match(text, from, end);
                if (to > from) {
                    return to;
                }
            }
            return ~(from + 1);
        };
    }
}
