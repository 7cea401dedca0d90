package dev.runtime.plugin.cli.bench;

import java.util.List;

/**
 * What to measure; a size of 0 leaves its part out.
 *
 * @param prompt tokens of a prompt that is only read
 * @param generate tokens to generate
 * @param depth tokens in the context before they are generated
 * @param parallel how many sequences generate at once, one measurement each
 * @param shared tokens that two prompts have in common
 * @param rounds repetitions
 * @param drafts guessed tokens that a step may check, -1 to leave it to the engine
 */
public record BenchPlan(int prompt, int generate, int depth, List<Integer> parallel, int shared, int rounds, int drafts) {
    /** Tokens after the shared ones, other ones in each prompt. */
    static final int OWN = 16;

    /** Copies. */
    public BenchPlan {
        parallel = List.copyOf(parallel);
    }

    /** Returns the positions that the longest sequence takes. */
    public int contextLength() {
        int plain = Math.max(Math.max(prompt + 1, shared + OWN + 1), Math.max(1, depth) + generate);
        return guesses() ? Math.max(plain, GuessRun.contextLength(generate)) : plain;
    }

    /** Tells whether it is measured what guesses bring. */
    boolean guesses() {
        return drafts != 0 && generate > 1;
    }

    /** Returns the sequences that run at once at most. */
    public int sequences() {
        return parallel.stream().mapToInt(Integer::intValue).max().orElse(1);
    }
}
