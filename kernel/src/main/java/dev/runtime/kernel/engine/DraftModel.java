package dev.runtime.kernel.engine;

import dev.runtime.api.backend.Program;
import dev.runtime.api.backend.StepInputs;
import dev.runtime.api.graph.Graph;
import java.lang.System.Logger.Level;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.function.LongSupplier;

/**
 * A second, small model with the vocabulary of the first, whose likeliest tokens are guesses of what the first goes on with (Leviathan,
 * Kalman and Matias 2023, arxiv.org/abs/2211.17192). What it guesses changes the pace of the output and nothing else.
 *
 * <p>It follows a sequence only while its guesses pay: it reads the prompt when it is first asked, in pieces, and later what it missed. Where it
 * did not pay it is asked again after a while, each time a longer one. All sequences share its steps. For the loop's thread; guessing
 * allocates nothing.
 */
final class DraftModel {
    private static final System.Logger LOG = System.getLogger(DraftModel.class.getName());
    /** Tokens of a sequence that it reads at once, so that nobody waits long for it. */
    private static final int MOST_READ = 256;
    /** Of the hit rate over all sequences, what the newest guess counts. */
    private static final double LEARNING = 0.05;
    private static final double FIRST_HIT_RATE = 0.6;
    private static final int SHORTEST_REST = 64;
    private static final int LONGEST_REST = 2_048;

    private final String model;
    private final Program program;
    private final KvMemory memory;
    private final MemorySegment logits;
    private final int width;
    private final int vocabulary;
    private final int contextLength;
    private final int budget;
    private final StepInputs inputs;
    private final GeneratedSequence[] asked;
    private final StepCost cost;
    private final LongSupplier clock;
    private double usualRate = FIRST_HIT_RATE;
    private int rested;
    private int rest = SHORTEST_REST;
    private boolean failed;

    /**
     * Creates it.
     *
     * @param vocabulary the tokens of the model that it guesses for
     * @param clock gives nanoseconds, by which its steps are measured
     */
    DraftModel(String model, EnginePlan plan, Program program, KvMemory memory, int vocabulary, LongSupplier clock) {
        this.model = model;
        this.program = program;
        this.memory = memory;
        this.clock = clock;
        logits = program.output(Graph.LOGITS);
        width = plan.graph().output(Graph.LOGITS).width();
        this.vocabulary = Math.min(width, vocabulary);
        contextLength = plan.contextLength();
        budget = plan.limits().maxTokens();
        inputs = new StepInputs(plan.limits());
        asked = new GeneratedSequence[plan.parallel()];
        cost = new StepCost(budget);
    }

    /** Returns the positions of a sequence. */
    int contextLength() {
        return contextLength;
    }

    /** Returns the part of guesses that came true over all sequences. */
    double usualRate() {
        return usualRate;
    }

    /** Returns the nanoseconds of a guess when so many sequences are guessed for; 0 if nothing is known yet. */
    double price(int sequences) {
        double step = cost.of(sequences);
        return Double.isNaN(step) ? 0 : step / sequences;
    }

    /** Follows a sequence that grows in {@code tokens} and shares blocks with all that have the same {@code root}; for any thread. */
    DraftTrail trail(int[] tokens, long root) {
        return new DraftTrail(this, new BlockTable(memory, Math.min(contextLength, tokens.length), root), tokens);
    }

    void checked(boolean hit) {
        usualRate += LEARNING * ((hit ? 1 : 0) - usualRate);
    }

    /** Tells whether it has rested long enough to be asked again although its guesses did not pay. */
    boolean rested() {
        return rested >= rest;
    }

    /** Takes note of steps for so many sequences without its guesses. */
    void rest(int sequences) {
        rested += sequences;
    }

    /** Takes note that its guesses are worth their price. */
    void pays() {
        rested = 0;
        rest = SHORTEST_REST;
    }

    /** Takes note that it was tried once more. */
    void tried() {
        rested = 0;
        rest = Math.min(2 * rest, LONGEST_REST);
    }

    /**
     * Adds guesses to sequences that all decode. Gives fewer, or none, to a sequence of which there is still much to read.
     *
     * @param wanted for each of the first {@code size} sequences how many it may have; cleared
     */
    void guess(Sequence[] active, int size, int[] wanted) {
        try {
            for (int i = 0; i < size; i++) {
                if (wanted[i] > 0) {
                    GeneratedSequence sequence = (GeneratedSequence) active[i];
                    sequence.trail.orElseThrow().begin(sequence.length);
                }
            }
            while (!failed && step(active, size, wanted)) {
                choose(size, wanted);
            }
        } catch (RuntimeException | Error e) {
            failed = true;
            LOG.log(Level.ERROR, model + ": its draft model failed and is not asked any more", e);
        }
        for (int i = 0; i < size; i++) {
            wanted[i] = 0;
        }
    }

    /** Evaluates what is pending in the sequences that want guesses; answers whether there was any. */
    private boolean step(Sequence[] active, int size, int[] wanted) {
        inputs.clear();
        int left = budget;
        for (int i = 0; i < size; i++) {
            asked[i] = null;
            if (wanted[i] == 0) {
                continue;
            }
            GeneratedSequence sequence = (GeneratedSequence) active[i];
            DraftTrail trail = sequence.trail.orElseThrow();
            int pending = sequence.length - trail.evaluated();
            int count = Math.min(pending, Math.min(left, MOST_READ));
            if (count > 0) {
                add(sequence, trail, count, pending);
                left -= count;
            }
            if (count == pending) {
                asked[i] = sequence;
            } else {
                wanted[i] = 0;
            }
        }
        if (inputs.tokens() == 0) {
            return false;
        }
        long start = clock.getAsLong();
        program.run(inputs, memory.cache());
        cost.learn(inputs.tokens(), clock.getAsLong() - start);
        return true;
    }

    private void add(GeneratedSequence sequence, DraftTrail trail, int count, int pending) {
        int from = trail.evaluated();
        trail.table().reserve(from + count);
        inputs.beginSequence(trail.table().blocks(), -1);
        for (int position = from; position < from + count; position++) {
            // a token that it does not know costs a guess, not the output
            inputs.addToken(Math.min(sequence.tokens[position], width - 1), position, count == pending && position == from + count - 1);
        }
        trail.advance(count, sequence.known());
    }

    private void choose(int size, int[] wanted) {
        int row = 0;
        for (int i = 0; i < size; i++) {
            if (asked[i] != null) {
                asked[i].guess(likeliest(row++));
                wanted[i]--;
                asked[i] = null;
            }
        }
    }

    private int likeliest(int row) {
        long at = 4L * row * width;
        int best = 0;
        float most = Float.NEGATIVE_INFINITY;
        for (int token = 0; token < vocabulary; token++) {
            float score = logits.get(ValueLayout.JAVA_FLOAT_UNALIGNED, at + 4L * token);
            if (score > most) {
                most = score;
                best = token;
            }
        }
        return best;
    }
}
