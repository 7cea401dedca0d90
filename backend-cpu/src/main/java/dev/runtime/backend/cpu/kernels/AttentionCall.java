package dev.runtime.backend.cpu.kernels;

import dev.runtime.api.backend.StepInputs;
import dev.runtime.api.graph.AttentionSpec;
import dev.runtime.api.graph.DistanceBias;
import dev.runtime.api.model.TensorType;
import dev.runtime.backend.cpu.cache.LayerStore;

/**
 * What an attention reads: where the key and the value of index i of a sequence are, and which indices a token sees.
 *
 * <p>With a cache an index is a position; without one it counts the tokens of the step. Made once a node, filled every step.
 */
public final class AttentionCall {
    private final AttentionSpec spec;
    private final float[] slopes;
    private final float[] sinks;
    /** The biases of distances from {@code -farthest} to {@code farthest}, {@code [2 farthest + 1, heads]}; beyond, the last one counts. */
    private final float[] biases;
    private final int farthest;
    private StepInputs inputs;
    private LayerStore store;
    private long q;
    private long k;
    private long v;
    private long y;

    /**
     * Creates the call of a node.
     *
     * @param sinks a score a head, or empty
     * @param buckets the biases by distance {@code [buckets, heads]}, or empty
     */
    public AttentionCall(AttentionSpec spec, float[] sinks, float[] buckets) {
        this.spec = spec;
        this.sinks = sinks;
        slopes = slopes(spec);
        farthest = spec.distance().map(DistanceBias::farthest).orElse(0);
        biases = new float[spec.distance().isPresent() ? Math.multiplyExact(2 * farthest + 1, spec.heads()) : 0];
        for (int i = 0; i < biases.length; i++) {
            int distance = i / spec.heads() - farthest;
            biases[i] = buckets[spec.distance().orElseThrow().bucket(distance) * spec.heads() + i % spec.heads()];
        }
    }

    /** Sets the queries and results of the step, and the cache's layer. */
    public void cached(StepInputs step, LayerStore layer, long queries, long results) {
        inputs = step;
        store = layer;
        q = queries;
        y = results;
    }

    /** Sets the queries, keys, values (0: the tails of the keys) and results of the step. */
    public void uncached(StepInputs step, long queries, long keys, long values, long results) {
        inputs = step;
        store = null;
        q = queries;
        k = keys;
        v = values;
        y = results;
    }

    /** Returns the parameters. */
    public AttentionSpec spec() {
        return spec;
    }

    /** Tells whether scores have biases by the distance of key and query. */
    public boolean biased() {
        return slopes.length + biases.length > 0;
    }

    /** Returns what the score of an index that a token sees has besides: the slope of ALiBi, a learned bias, or 0. */
    public float bias(int head, int token, int index) {
        int distance = keyPosition(token, index) - inputs.position(token);
        float bias = slopes.length == 0 ? 0 : -slopes[head] * Math.abs(distance);
        return biases.length == 0 ? bias : bias + biases[(Math.clamp(distance, -farthest, farthest) + farthest) * spec.heads() + head];
    }

    /** Tells whether heads have sinks. */
    public boolean hasSinks() {
        return sinks.length > 0;
    }

    /** Returns the sink of a head. */
    public float sink(int head) {
        return sinks[head];
    }

    /** Returns the address of a token's query {@code [keySize]}. */
    public long query(int token, int head) {
        return q + 4L * spec.keySize() * ((long) token * spec.heads() + head);
    }

    /** Returns the address of a token's result {@code [valueSize]}. */
    public long result(int token, int head) {
        return y + 4L * spec.valueSize() * ((long) token * spec.heads() + head);
    }

    /** Returns the position of an index that a token sees. */
    public int keyPosition(int token, int index) {
        return store == null ? inputs.position(inputs.firstToken(inputs.sequenceOf(token)) + index) : index;
    }

    /** Returns the first index that a token sees. */
    public int firstVisible(int token) {
        if (spec.cross()) {
            return 0;
        }
        int position = inputs.position(token);
        int reach = spec.causal() ? spec.window() - 1 : spec.window() / 2;
        int lowest = spec.spans() ? inputs.spanFirst(token) : spec.window() == 0 ? 0 : spec.chunked() ? position - position % spec.window() : Math.max(0, position - reach);
        if (store != null) {
            return lowest;
        }
        int index = 0;
        while (keyPosition(token, index) < lowest) {
            index++;
        }
        return index;
    }

    /** Returns the index after the last one that a token sees. */
    public int endVisible(int token) {
        int sequence = inputs.sequenceOf(token);
        if (spec.cross()) {
            return inputs.encodedPositions(sequence);
        }
        int last = inputs.firstToken(sequence) + inputs.tokenCount(sequence) - 1;
        int position = inputs.position(token);
        int highest = inputs.position(last);
        if (spec.spans()) {
            highest = inputs.spanLast(token);
        } else if (spec.causal()) {
            highest = Math.max(position, inputs.spanLast(token));
        } else if (spec.window() > 0) {
            highest = Math.min(highest, position + spec.window() / 2);
        }
        if (store != null) {
            return highest + 1;
        }
        int end = inputs.tokenCount(sequence);
        while (keyPosition(token, end - 1) > highest) {
            end--;
        }
        return end;
    }

    /** Returns how many indices from this one on lie behind each other in memory. */
    public int contiguous(int index) {
        return store == null ? Integer.MAX_VALUE : store.blockTokens() - (index & store.blockTokens() - 1);
    }

    /** Returns the address of a key. */
    public long key(int token, int kvHead, int index) {
        int sequence = inputs.sequenceOf(token);
        if (store == null) {
            return k + 4L * spec.keySize() * ((long) (inputs.firstToken(sequence) + index) * spec.kvHeads() + kvHead);
        }
        int block = inputs.blockTable(sequence)[index / store.blockTokens()];
        return store.key(block, kvHead) + store.keyRowBytes() * (index & store.blockTokens() - 1);
    }

    /** Returns the address of a value. */
    public long value(int token, int kvHead, int index) {
        int sequence = inputs.sequenceOf(token);
        if (valuesInKeys()) {
            TensorType type = keyType();
            return key(token, kvHead, index) + type.bytes(spec.keySize()) - type.bytes(spec.valueSize());
        }
        if (store == null) {
            return v + 4L * spec.valueSize() * ((long) (inputs.firstToken(sequence) + index) * spec.kvHeads() + kvHead);
        }
        int block = inputs.blockTable(sequence)[index / store.blockTokens()];
        return store.value(block, kvHead) + store.valueRowBytes() * (index & store.blockTokens() - 1);
    }

    /** Returns the bytes from a key to the next of the same head. */
    public long keyStride() {
        return store == null ? 4L * spec.keySize() * spec.kvHeads() : store.keyRowBytes();
    }

    /** Returns the bytes from a value to the next of the same head. */
    public long valueStride() {
        if (valuesInKeys()) {
            return keyStride();
        }
        return store == null ? 4L * spec.valueSize() * spec.kvHeads() : store.valueRowBytes();
    }

    /** Returns the type of key elements. */
    public TensorType keyType() {
        return store == null ? TensorType.F32 : store.keyType();
    }

    /** Returns the type of value elements. */
    public TensorType valueType() {
        return store == null ? TensorType.F32 : valuesInKeys() ? store.keyType() : store.valueType();
    }

    private boolean valuesInKeys() {
        return store == null ? v == 0 : store.layer().valueSize() == 0;
    }

    /**
     * The slopes of ALiBi: with {@code n} the largest power of two of at most {@code heads}, head h has {@code 2^(-bias (h + 1) / n)}
     * below n and {@code 2^(-bias (2 (h - n) + 1) / 2n)} from there on. Source: Press et al. 2022.
     */
    private static float[] slopes(AttentionSpec spec) {
        if (spec.alibi() == 0) {
            return new float[] {};
        }
        float[] slopes = new float[spec.heads()];
        int n = Integer.highestOneBit(spec.heads());
        for (int h = 0; h < slopes.length; h++) {
            double exponent = h < n ? (h + 1.0) / n : (2 * (h - n) + 1) / (2.0 * n);
            slopes[h] = (float) Math.pow(2, -spec.alibi() * exponent);
        }
        return slopes;
    }
}
