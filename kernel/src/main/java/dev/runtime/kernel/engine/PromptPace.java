package dev.runtime.kernel.engine;

/**
 * How much of the next step prompts may take, so that the streams beside them keep their pace and requests that arrive meanwhile do not
 * wait long.
 *
 * <p>Time is the measure. Beside decoding sequences prompts get a share of it, as an account: it fills while steps run, a prompt draws what
 * its tokens made a step longer. A long prompt costs its neighbours no more than {@link #SHARE} of their speed. One that takes
 * {@link #SHORT} alone at most may empty the account, by {@link #STALL} a step, and so is taken in within a few steps. Without neighbours a step
 * lasts {@link #LONGEST_STEP} at most, since between two steps only new requests join and cancelled ones leave. For one thread; allocates
 * nothing.
 */
final class PromptPace {
    /** Of the time of decoding sequences, what prompts may take. */
    static final double SHARE = 0.25;

    /** Nanoseconds that a short prompt takes at most if nothing runs beside it. */
    static final double SHORT = 1e9;

    /** Nanoseconds that short prompts may take beyond their share after a while without any. */
    static final double BURST = 600e6;

    /** Nanoseconds by which that makes a step longer; long prompts may take as much once. */
    static final double STALL = 150e6;

    /** Nanoseconds of a step that only reads prompts. */
    static final double LONGEST_STEP = 500e6;

    private static final int LEAST = 4;
    private static final int LEAST_ALONE = 64;
    private static final int FIRST = 256;

    private final StepCost cost;
    private double credit = BURST;

    PromptPace(StepCost cost) {
        this.cost = cost;
    }

    /**
     * Returns the tokens of prompts in a step that has room for {@code room} of them beside {@code decoding} others.
     *
     * @param shortest the length of the shortest of these prompts
     */
    int promptTokens(int decoding, int shortest, int room) {
        if (decoding == 0) {
            double any = cost.of(1);
            return Math.min(room, Double.isNaN(any) ? FIRST : Math.max(LEAST_ALONE, cost.affordable(LONGEST_STEP, room)));
        }
        double alone = cost.of(decoding);
        if (Double.isNaN(alone)) {
            return Math.min(room, LEAST_ALONE);
        }
        double kept = cost.of(shortest) <= SHORT ? 0 : BURST - STALL;
        double longest = alone / (1 - SHARE) + Math.clamp(credit - kept, 0, STALL);
        int affordable = cost.affordable(longest, decoding + room) - decoding;
        return Math.min(room, Math.max(LEAST, affordable));
    }

    /** Takes a step of {@code tokens} into account, of which {@code promptTokens} were taken in beside {@code decoding} sequences. */
    void ran(int decoding, int promptTokens, int tokens, long nanos) {
        double extra = 0;
        if (decoding > 0 && promptTokens > 0) {
            double alone = cost.of(decoding);
            extra = Double.isNaN(alone) ? 0 : Math.max(0, nanos - alone);
        }
        cost.learn(tokens, nanos);
        // no debts: the least that a long prompt gets may be more than its share, for which the next newcomer would wait
        credit = decoding == 0 ? BURST : Math.clamp(credit + SHARE * nanos - extra, 0, BURST);
    }
}
