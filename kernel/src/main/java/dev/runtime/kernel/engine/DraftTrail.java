package dev.runtime.kernel.engine;

/**
 * How far a draft model has followed one sequence, and how well it guesses there. Holds blocks of the draft model's cache from its first
 * guess on. For the loop's thread, but for the constructor.
 */
final class DraftTrail {
    /** Of the hit rate, what the newest guess counts. */
    private static final double LEARNING = 0.15;

    private final DraftModel model;
    private final BlockTable table;
    private final int[] tokens;
    private double hitRate;
    private int computed;
    private int evaluated;
    private boolean begun;

    /** Creates the trail of a sequence that grows in {@code tokens}. */
    DraftTrail(DraftModel model, BlockTable table, int[] tokens) {
        this.model = model;
        this.table = table;
        this.tokens = tokens;
        hitRate = model.usualRate();
    }

    /** Returns the blocks of the draft model's cache. */
    BlockTable table() {
        return table;
    }

    /** Returns the part of guesses that came true, more of it the newer they are. */
    double hitRate() {
        return hitRate;
    }

    /** Returns the positions that the draft model can evaluate beyond those of a sequence of this length. */
    int room(int length) {
        return model.contextLength() - length;
    }

    /** Returns the positions in the draft model's cache, guesses among them. */
    int evaluated() {
        return evaluated;
    }

    /** Begins new guesses after the first {@code length} tokens: what was guessed wrong counts as never evaluated. */
    void begin(int length) {
        if (!begun) {
            begun = true;
            computed = table.attach(tokens, length - 1);
        }
        table.seal(tokens, computed);
        evaluated = computed;
    }

    /** Takes note of what the draft model has evaluated; only the first {@code known} tokens of the sequence are certain. */
    void advance(int count, int known) {
        evaluated += count;
        confirm(known);
    }

    /** Takes note that the first {@code known} tokens are certain. */
    void confirm(int known) {
        computed = Math.min(evaluated, known);
    }

    /** Takes note of whether a guess was right. */
    void checked(boolean hit) {
        hitRate += LEARNING * ((hit ? 1 : 0) - hitRate);
        model.checked(hit);
    }

    /** Takes note that {@code count} tokens from {@code position} on were dropped, and that those after them have moved there. */
    void drop(int position, int count) {
        computed = table.drop(Math.min(position, computed), count, computed);
        evaluated = computed;
    }

    /** Gives all blocks back. */
    void release() {
        table.keep(tokens, computed);
        table.truncate(0);
        computed = 0;
        evaluated = 0;
    }
}
