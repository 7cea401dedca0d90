package dev.runtime.kernel.engine;

import dev.runtime.api.Cancellation;
import dev.runtime.api.RuntimeFailure;

/**
 * Tokens under way through a model: which of them are in the KV cache, and which have a result that is wanted.
 *
 * <p>It waits until it gets a place in the batch, and leaves that place when it ends. Made on the thread of the caller, with all memory it
 * needs; after that used by the loop's thread only.
 */
abstract sealed class Sequence permits GeneratedSequence, ScoredSequence {
    final BlockTable table;
    /** The tokens in question, {@code [length]}; those before {@code computed} are in the cache. */
    final int[] tokens;
    /** What stands for images among the tokens. */
    final ImageRuns images;
    /** The prompt that an encoder reads, {@code [positions]}; the tokens are the output alone then. Empty in models without an encoder. */
    final int[] encoded;
    int length;
    int computed;
    /** The slot of its recurrent state, -1 for none. */
    int slot = -1;
    /** Tokens of the step being built. */
    int chunk;
    private final Cancellation cancellation;

    Sequence(int[] tokens, ImageRuns images, int[] encoded, int length, BlockTable table, Cancellation cancellation) {
        this.tokens = tokens;
        this.images = images;
        this.encoded = encoded;
        this.length = length;
        this.table = table;
        this.cancellation = cancellation;
    }

    /** Begins: takes what the prefix cache has, at most up to the first token whose result is wanted. */
    abstract void start();

    /** Returns the first position whose result is wanted; the results of all after it are wanted too. */
    abstract int firstResult();

    /** Tells the receiver that it failed. */
    abstract void fail(RuntimeFailure failure);

    /** Returns the tokens that are not in the cache. */
    final int pending() {
        return length - computed;
    }

    /** Returns the tokens that the next step can evaluate without giving more than so many results. */
    final int pending(int results) {
        return Math.min(length, Math.max(computed, firstResult()) + results) - computed;
    }

    final boolean cancelled() {
        return cancellation.cancelled();
    }

    /** Returns the tokens that are certain; those after them are guesses. */
    int known() {
        return length;
    }

    /** Moves on by the chunk that a step has evaluated, as far as it is certain. */
    final void advance() {
        computed = Math.min(computed + chunk, known());
        table.seal(tokens, computed);
    }

    /** Gives all blocks back; what was evaluated stays for those that begin alike. */
    void release() {
        table.keep(tokens, computed);
        table.truncate(0);
        computed = 0;
    }
}
