package dev.runtime.kernel.engine;

import dev.runtime.api.backend.CompileOptions;
import dev.runtime.api.backend.StepInputs;
import java.lang.foreign.MemorySegment;

/**
 * Puts a step together: first the next token of every sequence that decodes, then chunks of prompts with what is left of the budget.
 *
 * <p>Prompts share what they may take evenly; what short ones leave goes to the others. A budget has at least a token for every place of the
 * batch, so no stream stands still; with images whose rows see each other it also has room for the largest, so the first prompt that waits to
 * evaluate one can. Results are limited too: everyone has one, and sequences that want more share the rest evenly. Allocates nothing
 * after construction. For one thread.
 */
final class StepBuilder {
    private final int budget;
    private final int maxResults;
    private final Sequence[] scheduled;
    private final int[] results;
    private final MemorySegment rows;
    private final int rowWidth;
    private int count;

    /**
     * Creates it.
     *
     * @param rows staging for the rows of images, {@code [tokens, width]}; empty if there are none
     */
    StepBuilder(CompileOptions limits, MemorySegment rows) {
        this.rows = rows;
        rowWidth = Math.toIntExact(rows.byteSize() / 4 / limits.maxTokens());
        budget = limits.maxTokens();
        maxResults = limits.maxOutputs();
        scheduled = new Sequence[limits.maxSequences()];
        results = new int[limits.maxSequences()];
    }

    /** Returns the number of sequences in the step. */
    int count() {
        return count;
    }

    /** Returns a sequence of the step; output rows come in the same order. */
    Sequence scheduled(int i) {
        return scheduled[i];
    }

    /** Returns the number of output rows of a sequence of the step. */
    int results(int i) {
        return results[i];
    }

    /** Lets go of the sequences. */
    void clear() {
        while (count > 0) {
            scheduled[--count] = null;
        }
    }

    /** Returns the tokens of the largest step. */
    int budget() {
        return budget;
    }

    /** Fills the inputs from the first {@code size} sequences, of which those with more than one token to evaluate get {@code most} in all. */
    void build(Sequence[] active, int size, int most, StepInputs inputs) {
        shareBudget(active, size, most, results(active, size));
        inputs.clear();
        inputs.embeddings(rows, rowWidth);
        count = 0;
        for (int i = 0; i < size; i++) {
            if (active[i].pending() == 1) {
                add(active[i], inputs);
            }
        }
        for (int i = 0; i < size; i++) {
            if (active[i].pending() > 1) {
                add(active[i], inputs);
            }
        }
        if (count == 0) {
            throw new IllegalStateException("none of " + size + " sequences has a token to evaluate");
        }
    }

    /** Returns the results that each sequence may have that wants many. */
    private int results(Sequence[] active, int size) {
        int many = 0;
        for (int i = 0; i < size; i++) {
            if (active[i].firstResult() < active[i].length - 1) {
                many++;
            }
        }
        return many == 0 ? 1 : 1 + (maxResults - size) / many;
    }

    private void shareBudget(Sequence[] active, int size, int promptTokens, int most) {
        int left = budget;
        int prompts = 0;
        for (int i = 0; i < size; i++) {
            Sequence sequence = active[i];
            if (sequence.pending() == 1) {
                sequence.chunk = 1;
                left--;
            } else {
                sequence.chunk = 0;
                prompts++;
            }
        }
        // rows that see each other cannot be parted, however little prompts may take
        int reserved = reserveWhole(active, size, left);
        left = Math.max(0, Math.min(left, promptTokens) - reserved);
        // each round gives every prompt that wants more an even share; at most one round a prompt
        for (int hungry = prompts; hungry > 0 && left > 0; ) {
            int share = Math.max(1, left / hungry);
            hungry = 0;
            for (int i = 0; i < size && left > 0; i++) {
                Sequence sequence = active[i];
                int more = Math.min(Math.min(share, left), sequence.pending(most) - sequence.chunk);
                sequence.chunk += more;
                left -= more;
                if (sequence.chunk < sequence.pending(most)) {
                    hungry++;
                }
            }
        }
    }

    /** Gives the first prompt that must evaluate several positions together what it needs, and returns how much that is. */
    private static int reserveWhole(Sequence[] active, int size, int left) {
        for (int i = 0; i < size; i++) {
            int whole = active[i].images.whole(active[i].computed);
            if (active[i].chunk == 0 && whole > 1 && whole <= left) {
                active[i].chunk = whole;
                return whole;
            }
        }
        return 0;
    }

    private void add(Sequence sequence, StepInputs inputs) {
        sequence.chunk = sequence.images.wholeEnd(sequence.computed, sequence.computed + sequence.chunk) - sequence.computed;
        if (sequence.chunk == 0) {
            return;
        }
        int end = sequence.computed + sequence.chunk;
        int firstResult = sequence.firstResult();
        sequence.table.reserve(end);
        inputs.beginSequence(sequence.table.blocks(), sequence.slot);
        inputs.encoded(sequence.encoded.length);
        for (int position = sequence.computed; position < end; position++) {
            sequence.images.add(inputs, sequence.tokens[position], position, position >= firstResult, rows);
        }
        results[count] = Math.max(0, end - Math.max(sequence.computed, firstResult));
        scheduled[count++] = sequence;
    }
}
