package dev.runtime.kernel.engine;

import dev.runtime.api.backend.StepInputs;

/**
 * Puts a step together: first the next token of every sequence that decodes, then chunks of prompts with what is left of the budget.
 *
 * <p>Prompts share the rest evenly; what short ones leave goes to the others. A budget has at least a token for every place of the batch,
 * so nobody stands still. Allocates nothing after construction. For one thread.
 */
final class StepBuilder {
    private final int budget;
    private final Sequence[] scheduled;
    private int count;

    StepBuilder(int budget, int maxSequences) {
        this.budget = budget;
        scheduled = new Sequence[maxSequences];
    }

    /** Returns the number of sequences in the step. */
    int count() {
        return count;
    }

    /** Returns a sequence of the step; output rows come in the same order. */
    Sequence scheduled(int i) {
        return scheduled[i];
    }

    /** Lets go of the sequences. */
    void clear() {
        while (count > 0) {
            scheduled[--count] = null;
        }
    }

    /** Fills the inputs from the first {@code size} sequences. */
    void build(Sequence[] active, int size, StepInputs inputs) {
        shareBudget(active, size);
        inputs.clear();
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

    private void shareBudget(Sequence[] active, int size) {
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
        // each round gives every prompt that wants more an even share; at most one round a prompt
        for (int hungry = prompts; hungry > 0 && left > 0; ) {
            int share = Math.max(1, left / hungry);
            hungry = 0;
            for (int i = 0; i < size && left > 0; i++) {
                Sequence sequence = active[i];
                int more = Math.min(Math.min(share, left), sequence.pending() - sequence.chunk);
                sequence.chunk += more;
                left -= more;
                if (sequence.chunk < sequence.pending()) {
                    hungry++;
                }
            }
        }
    }

    private void add(Sequence sequence, StepInputs inputs) {
        if (sequence.chunk == 0) {
            return;
        }
        int end = sequence.computed + sequence.chunk;
        sequence.table.reserve(end);
        inputs.beginSequence(sequence.table.blocks(), sequence.slot);
        for (int position = sequence.computed; position < end; position++) {
            inputs.addToken(sequence.tokens[position], position, position == sequence.length - 1);
        }
        scheduled[count++] = sequence;
    }
}
