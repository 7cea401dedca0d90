package dev.runtime.kernel.engine;

/**
 * Speculative decoding without a second model: the tokens that a sequence is guessed to go on with are evaluated in the same step as its
 * last one, and those that were right are results for little more than the price of one.
 *
 * <p>A row is sampled exactly as it would be without guesses, and the first wrong guess ends the check. So the output is the same token by
 * token, with the same draws.
 *
 * <p>Every guess is compared with what came, whether it was evaluated or not. That costs nothing and gives the hit rate {@code r} of the
 * sequence; {@code k} guesses bring {@code r + r^2 + ... + r^k} tokens. {@link StepCost} knows what they cost. Guesses are evaluated if tokens
 * per time grow by it. For one thread; allocates nothing.
 */
final class Speculation {
    /** Guesses of a sequence in a step. */
    static final int MOST = 15;

    /** What the gain must be at least, since costs are estimates. */
    private static final double MARGIN = 1.03;

    private final StepCost cost;

    Speculation(StepCost cost) {
        this.cost = cost;
    }

    /** Adds guesses where that pays to the first {@code size} sequences, which all decode; {@code room} bounds the guesses of all together. */
    void draft(Sequence[] active, int size, int room) {
        if (Double.isNaN(cost.of(size))) {
            return;
        }
        int tokens = size;
        double outputs = size;
        for (int i = 0; i < size && tokens - size < room; i++) {
            if (active[i] instanceof GeneratedSequence sequence) {
                int count = count(sequence.hitRate(), outputs, tokens, Math.min(sequence.mostDrafts(), room - tokens + size));
                sequence.draft(count);
                tokens += count;
                outputs += gain(sequence.hitRate(), count);
            }
        }
    }

    /** Returns the number of guesses that gives most results per time in a step that has {@code tokens} and gives {@code outputs}. */
    private int count(double rate, double outputs, int tokens, int most) {
        int best = 0;
        double pace = MARGIN * outputs / cost.of(tokens);
        double gained = 0;
        double term = 1;
        for (int k = 1; k <= most; k++) {
            term *= rate;
            gained += term;
            double with = (outputs + gained) / cost.of(tokens + k);
            if (with > pace) {
                pace = with;
                best = k;
            }
        }
        return best;
    }

    private static double gain(double rate, int count) {
        double gained = 0;
        for (int k = 0; k < count; k++) {
            gained = rate * (1 + gained);
        }
        return gained;
    }
}
