package dev.runtime.kernel.engine;

import java.util.Optional;

/**
 * Speculative decoding: the tokens that a sequence is guessed to go on with are evaluated in the same step as its last one, and those that
 * were right are results for little more than the price of one. Guesses come from the text itself, for nothing, or from a draft model.
 *
 * <p>A row is sampled exactly as it would be without guesses, and the first wrong guess ends the check. So the output is the same token by
 * token, with the same draws.
 *
 * <p>Every guess is compared with what came; those of a text even if they were not evaluated. That gives the hit rate {@code r} of the
 * sequence; {@code k} guesses bring {@code r + r^2 + ... + r^k} tokens. {@link StepCost} knows what they cost, for the draft model too. Guesses
 * are evaluated if tokens per time grow by it. For one thread; allocates nothing.
 */
final class Speculation {
    /** Guesses of a sequence in a step. */
    static final int MOST = 15;

    /** Guesses that a draft model makes to show whether it got better. */
    private static final int TRIED = 4;

    /** What the gain must be at least, since costs are estimates. */
    private static final double MARGIN = 1.03;

    private final StepCost cost;
    private final Optional<DraftModel> drafts;
    private final int[] wanted;

    /** Creates it for steps of so many sequences, whose cost is learnt elsewhere. */
    Speculation(StepCost cost, Optional<DraftModel> drafts, int sequences) {
        this.cost = cost;
        this.drafts = drafts;
        wanted = new int[sequences];
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
                int count = count(sequence.hitRate(), outputs, tokens, Math.min(sequence.mostDrafts(), room - tokens + size), 0, 0);
                sequence.draft(count);
                tokens += count;
                outputs += gain(sequence.hitRate(), count);
            }
        }
        if (drafts.isPresent()) {
            ask(drafts.get(), active, size, room, tokens, outputs);
        }
    }

    /** Asks the draft model for guesses where the text gave none. */
    private void ask(DraftModel model, Sequence[] active, int size, int room, int planned, double planResults) {
        int tokens = planned;
        double outputs = planResults;
        double price = model.price(size);
        double spent = 0;
        boolean trial = false;
        for (int i = 0; i < size; i++) {
            int most = active[i] instanceof GeneratedSequence sequence && sequence.pending() == 1
                    ? Math.min(sequence.mostGuesses(), room - tokens + size) : 0;
            if (most <= 0) {
                continue;
            }
            double rate = ((GeneratedSequence) active[i]).trail.orElseThrow().hitRate();
            int count = count(rate, outputs, tokens, most, price, spent);
            if (count > 0) {
                model.pays();
            } else if (model.rested() && !trial) {
                trial = true;
                count = Math.min(TRIED, most);
            }
            wanted[i] = count;
            tokens += count;
            outputs += gain(rate, count);
            spent += price * count;
        }
        if (tokens == planned) {
            model.rest(size);
            return;
        }
        int before = pending(active, size);
        model.guess(active, size, wanted);
        if (trial && pending(active, size) > before) {
            model.tried();
        }
    }

    private static int pending(Sequence[] active, int size) {
        int count = 0;
        for (int i = 0; i < size; i++) {
            count += active[i].pending();
        }
        return count;
    }

    /**
     * Returns the number of guesses that gives most results per time in a step that has {@code tokens} and gives {@code outputs}.
     *
     * @param price nanoseconds that a guess costs besides
     * @param spent nanoseconds that guesses of others cost already
     */
    private int count(double rate, double outputs, int tokens, int most, double price, double spent) {
        int best = 0;
        double pace = MARGIN * outputs / (cost.of(tokens) + spent);
        double gained = 0;
        double term = 1;
        for (int k = 1; k <= most; k++) {
            term *= rate;
            gained += term;
            double with = (outputs + gained) / (cost.of(tokens + k) + spent + k * price);
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
