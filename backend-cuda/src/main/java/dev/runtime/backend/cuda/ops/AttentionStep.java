package dev.runtime.backend.cuda.ops;

import dev.runtime.api.graph.AttentionSpec;
import dev.runtime.api.graph.DistanceBias;
import dev.runtime.api.graph.Op;
import dev.runtime.api.graph.Rows;
import dev.runtime.api.model.TensorType;
import dev.runtime.backend.cuda.memory.CudaKvCache;
import java.util.Optional;

/**
 * {@link Op.Attention}: writes keys and values into the cache, then attends. In steps of few tokens the positions of a token are cut into runs
 * that are put together afterwards; how depends on the token alone, so that neighbours change nothing.
 */
public final class AttentionStep implements Step {
    /** Tokens of a step up to which positions are cut into runs. */
    private static final int SPLIT_TOKENS = 16;

    private final Frame frame;
    private final AttentionSpec spec;
    private final Buffer k;
    private final Buffer v;
    private final Optional<CacheWrite> write;
    private final AttentionKernels.Places places;
    private final AttentionKernels kernels;
    private AttentionKernels spanning;

    /**
     * Creates a step.
     *
     * @param sinks address of a float a head, or 0
     * @param slopes address of {@link #slopes} on the device, or 0
     * @param biases address of {@link #biases} on the device, or 0
     * @param partial working memory of {@link #partialBytes}
     */
    public AttentionStep(Frame frame, AttentionSpec spec, Buffer q, Optional<Buffer> keys, Optional<Buffer> values, long sinks, long slopes,
            long biases, long partial, Buffer y) {
        this.frame = frame;
        this.spec = spec;
        k = keys.orElse(null);
        v = values.orElse(null);
        write = spec.cacheLayer() == AttentionSpec.NO_CACHE ? Optional.empty()
                : keys.map(written -> new CacheWrite(frame, spec.cacheLayer(), written, values, spec.kvHeads()));
        places = new AttentionKernels.Places(q.address(), y.address(), partial, sinks, slopes, biases);
        boolean special = spec.spans() || spec.cross() || spec.distance().isPresent();
        kernels = new AttentionKernels(frame, spec, places, special);
        spanning = special ? kernels : null;
    }

    /** Returns the bytes of the results of runs. */
    public static long partialBytes(AttentionSpec spec, int maxTokens) {
        return spec.cacheLayer() == AttentionSpec.NO_CACHE ? 0 : AttentionKernels.partialBytes(spec, Math.min(maxTokens, SPLIT_TOKENS));
    }

    /**
     * Returns the slopes of ALiBi: with n the largest power of two of at most {@code heads}, head h has {@code 2^(-b (h + 1) / n)} below n
     * and {@code 2^(-b (2 (h - n) + 1) / 2n)} from there on. Source: Press et al. 2022.
     */
    public static float[] slopes(AttentionSpec spec) {
        float[] slopes = new float[spec.heads()];
        int n = Integer.highestOneBit(slopes.length);
        for (int h = 0; h < slopes.length; h++) {
            double exponent = h < n ? (h + 1.0) / n : (2 * (h - n) + 1) / (2.0 * n);
            slopes[h] = (float) Math.pow(2, -spec.alibi() * exponent);
        }
        return slopes;
    }

    /**
     * Returns the learned biases {@code [2 * farthest + 1, heads]} by the distance of key and query, from {@code -farthest} on.
     *
     * @param table elements of {@link DistanceBias#table}
     */
    public static float[] biases(DistanceBias distance, float[] table) {
        int heads = distance.table().in();
        float[] biases = new float[Math.multiplyExact(Math.addExact(Math.multiplyExact(2, distance.farthest()), 1), heads)];
        for (int i = 0; i < biases.length / heads; i++) {
            System.arraycopy(table, distance.bucket(i - distance.farthest()) * heads, biases, i * heads, heads);
        }
        return biases;
    }

    @Override
    public void run() {
        int tokens = frame.rows(Rows.TOKENS);
        if (tokens == 0) {
            return;
        }
        write.ifPresent(CacheWrite::run);
        boolean cached = spec.cacheLayer() != AttentionSpec.NO_CACHE;
        AttentionKernels chosen = kernelsOfStep();
        if (cached) {
            cached(chosen);
        } else {
            uncached(chosen);
        }
        chosen.run(tokens, cached && tokens <= SPLIT_TOKENS);
    }

    /** Spans are rare: what a causal attention needs for them is made when the first one comes. */
    private AttentionKernels kernelsOfStep() {
        if (!frame.spans() || !spec.causal()) {
            return kernels;
        }
        if (spanning == null) {
            spanning = new AttentionKernels(frame, spec, places, true);
        }
        return spanning;
    }

    private void uncached(AttentionKernels chosen) {
        long keyRow = 4L * spec.keySize();
        chosen.store(k.address(), v == null ? k.address() + keyRow - 4L * spec.valueSize() : v.address(), TensorType.F32, TensorType.F32, keyRow,
                v == null ? keyRow : 4L * spec.valueSize(), 0);
    }

    private void cached(AttentionKernels chosen) {
        CudaKvCache cache = frame.cache();
        CudaKvCache.Layer layer = cache.layer(spec.cacheLayer());
        TensorType keyType = cache.options().keyType();
        boolean inKeys = layer.valueBlock() == 0;
        long values = inKeys ? layer.keys() + keyType.bytes(spec.keySize()) - keyType.bytes(spec.valueSize()) : layer.values();
        chosen.store(layer.keys(), values, keyType, layer.valueType(), layer.keyRow(), layer.valueRow(),
                cache.options().blockTokens());
    }
}
