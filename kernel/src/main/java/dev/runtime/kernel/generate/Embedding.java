package dev.runtime.kernel.generate;

import dev.runtime.api.Cancellation;
import dev.runtime.api.ErrorCode;
import dev.runtime.api.RuntimeFailure;
import dev.runtime.api.inference.EmbedRequest;
import dev.runtime.api.model.ModelShape;
import dev.runtime.api.text.Tokenizer;
import dev.runtime.kernel.schedule.Runner;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Embeds the texts of one request with a loaded model. */
final class Embedding {
    /** Texts that go to the engine at once: enough to fill its steps, few enough to notice a cancellation. */
    private static final int GROUP_TEXTS = 64;
    private static final int GROUP_TOKENS = 1 << 15;

    /** Keeps a vector of zeros as it is. */
    private static final double LEAST_NORM = 1e-12;

    private final EmbedRequest request;
    private final Runner runner;
    private final Tokenizer tokenizer;
    private final int context;
    private final Notes notes;
    private int tokens;

    /** Creates it; {@code context} is the number of positions that a text may take. */
    Embedding(EmbedRequest request, Runner runner, int context, Notes notes) {
        this.request = request;
        this.runner = runner;
        this.tokenizer = runner.tokenizer();
        this.context = context;
        this.notes = notes;
    }

    /**
     * Embeds.
     *
     * @return one vector a text, in order
     * @throws RuntimeFailure with {@code request.unsupported} for a model that does not embed, {@code request.context_exceeded} for a
     *     text that is too long, {@code request.invalid} if a vector is not finite
     */
    List<float[]> run(Cancellation cancellation) {
        if (runner.shape().pooling() == ModelShape.Pooling.NONE) {
            throw new RuntimeFailure(ErrorCode.REQUEST_UNSUPPORTED, "this model does not support embeddings");
        }
        int[][] inputs = request.inputs().stream().map(this::tokens).toArray(int[][]::new);
        List<float[]> vectors = new ArrayList<>(inputs.length);
        for (int from = 0; from < inputs.length; ) {
            cancellation.check();
            int to = groupEnd(inputs, from);
            for (float[] vector : runner.embed(Arrays.copyOfRange(inputs, from, to), cancellation)) {
                vectors.add(finish(vector));
            }
            from = to;
        }
        return vectors;
    }

    /** Returns the tokens of all texts. */
    int tokens() {
        return tokens;
    }

    private int[] tokens(String text) {
        int[] all = tokenizer.encode(text, true, false);
        int tail = tokenizer.addsEnd() ? 1 : 0;
        int head = tokenizer.addsBegin() ? 1 : 0;
        if (all.length > context) {
            if (!request.truncate()) {
                throw new RuntimeFailure(ErrorCode.CONTEXT_EXCEEDED, "the input length exceeds the context length (" + all.length
                        + " tokens, context " + context + ")");
            }
            if (context - head - tail <= 0) {
                throw new RuntimeFailure(ErrorCode.CONTEXT_EXCEEDED, "input after truncation exceeds maximum context length");
            }
            notes.add("a text of " + all.length + " tokens was cut at its end to the context of " + context);
            int[] cut = Arrays.copyOf(all, context);
            System.arraycopy(all, all.length - tail, cut, context - tail, tail);
            all = cut;
        }
        tokens = Math.addExact(tokens, all.length);
        return all;
    }

    private static int groupEnd(int[][] inputs, int from) {
        int to = from;
        for (int n = 0; to < inputs.length && to - from < GROUP_TEXTS && n < GROUP_TOKENS; to++) {
            n += inputs[to].length;
        }
        return to;
    }

    private float[] finish(float[] vector) {
        for (float x : vector) {
            if (!Float.isFinite(x)) {
                throw new RuntimeFailure(ErrorCode.REQUEST_INVALID, "embedding contains NaN or Inf values");
            }
        }
        int size = request.dimensions() > 0 ? Math.min(request.dimensions(), vector.length) : vector.length;
        float[] part = Arrays.copyOf(vector, size);
        if (request.normalize()) {
            double sum = 0;
            for (float x : part) {
                sum += (double) x * x;
            }
            double norm = Math.max(Math.sqrt(sum), LEAST_NORM);
            for (int i = 0; i < size; i++) {
                part[i] = (float) (part[i] / norm);
            }
        }
        return part;
    }
}
