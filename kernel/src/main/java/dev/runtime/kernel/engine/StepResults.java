package dev.runtime.kernel.engine;

import dev.runtime.api.text.Tokenizer;
import dev.runtime.kernel.sample.Sampler;
import dev.runtime.kernel.sample.SamplingBuffers;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * Reads the rows of scores that a step gave: samples tokens, checks guesses, scores windows. Allocates nothing. For the loop's thread.
 */
final class StepResults {
    private static final int NO_GUESS = -1;

    /** What becomes of a sequence after its results. */
    enum Verdict {
        /** It decodes on. */
        GOES_ON,
        /** It chose a token that ends a generation. */
        STOPPED,
        /** It has all tokens that it may have. */
        COMPLETE,
        /** There is no position left in the context. */
        FULL,
        /** No score was a finite number. */
        NO_SCORE
    }

    private final MemorySegment logits;
    private final int vocabulary;
    private final int contextLength;
    private final Tokenizer tokenizer;
    private final SamplingBuffers buffers;

    /** Reads from {@code logits}, F32 {@code [rows, vocabulary]}. */
    StepResults(MemorySegment logits, int vocabulary, int contextLength, Tokenizer tokenizer) {
        this.logits = logits;
        this.vocabulary = vocabulary;
        this.contextLength = contextLength;
        this.tokenizer = tokenizer;
        buffers = new SamplingBuffers(vocabulary);
    }

    /** Chooses the next token from row {@code row}, and as many more from the {@code results - 1} rows after it as were guessed right. */
    Verdict sample(GeneratedSequence sequence, int row, int results) {
        int drafts = sequence.undraft();
        for (int i = 0; ; i++) {
            int guess = i < drafts ? sequence.tokens[sequence.length] : NO_GUESS;
            Verdict verdict = sample(sequence, row + i);
            if (verdict != Verdict.GOES_ON || i + 1 == results || sequence.tokens[sequence.length - 1] != guess) {
                return verdict;
            }
            sequence.confirm();
        }
    }

    private Verdict sample(GeneratedSequence sequence, int row) {
        read(row);
        if (sequence.logprobs.isPresent()) {
            sequence.logprobs.get().read(buffers.logits());
        }
        int token = sequence.sampler.sample(buffers);
        if (token == Sampler.NONE) {
            return Verdict.NO_SCORE;
        }
        if (token == Sampler.ENDED || tokenizer.endsGeneration(token) && !sequence.request.ignoreEnd()) {
            sequence.outputEnd();
            return Verdict.STOPPED;
        }
        float logprob = Float.NaN;
        if (sequence.logprobs.isPresent()) {
            logprob = sequence.logprobs.get().of(logits.get(ValueLayout.JAVA_FLOAT_UNALIGNED, 4L * ((long) row * vocabulary + token)));
        }
        sequence.output(token, logprob);
        if (sequence.outputTokens >= sequence.limit) {
            return Verdict.COMPLETE;
        }
        return sequence.length > contextLength ? Verdict.FULL : Verdict.GOES_ON;
    }

    /** Scores the last {@code results} positions that a window has evaluated. */
    void score(ScoredSequence sequence, int row, int results) {
        for (int i = 0; i < results; i++) {
            read(row + i);
            sequence.score(sequence.computed - results + i, buffers.logits());
        }
    }

    private void read(int row) {
        MemorySegment.copy(logits, ValueLayout.JAVA_FLOAT_UNALIGNED, 4L * row * vocabulary, buffers.logits(), 0, vocabulary);
    }
}
