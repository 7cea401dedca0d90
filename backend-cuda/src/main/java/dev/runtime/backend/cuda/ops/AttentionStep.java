package dev.runtime.backend.cuda.ops;

import static dev.runtime.backend.cuda.ffi.Launch.bits;

import dev.runtime.api.graph.AttentionSpec;
import dev.runtime.api.graph.Op;
import dev.runtime.api.graph.Rows;
import dev.runtime.api.model.TensorType;
import dev.runtime.backend.cuda.ffi.Launch;
import dev.runtime.backend.cuda.memory.CudaKvCache;
import java.util.Optional;

/**
 * {@link Op.Attention}: writes keys and values into the cache, then attends. In steps of few tokens the positions of a token are cut into runs
 * that are put together afterwards; how depends on the token alone, so that neighbours change nothing.
 */
public final class AttentionStep implements Step {
    /** Tokens of a step up to which positions are cut into runs. */
    private static final int SPLIT_TOKENS = 16;

    /** The most runs of a token. */
    private static final int SPLITS = 32;

    /** Positions of a tile; the shortest run. */
    private static final int TILE = 64;

    private static final int THREADS = 128;
    private static final int WARPS = 4;
    private static final int BLOCK = 32;

    private final Frame frame;
    private final AttentionSpec spec;
    private final Buffer k;
    private final Buffer v;
    private final int headBlocks;
    private final boolean splits;
    private final Launch attend;
    private final Launch halves;
    private final Launch join;
    private final Launch writeKeys;
    private final Launch writeValues;

    /**
     * Creates a step.
     *
     * @param sinks address of a float a head, or 0
     * @param slopes address of {@link #slopes} on the device, or 0
     * @param partial working memory of {@link #partialBytes}
     */
    public AttentionStep(Frame frame, AttentionSpec spec, Buffer q, Optional<Buffer> keys, Optional<Buffer> values, long sinks, long slopes,
            long partial, Buffer y) {
        this.frame = frame;
        this.spec = spec;
        k = keys.orElse(null);
        v = values.orElse(null);
        int group = spec.heads() / spec.kvHeads();
        int heads = group == 1 ? 1 : group <= 4 ? 4 : 8;
        headBlocks = spec.kvHeads() * ((group + heads - 1) / heads);
        splits = spec.cacheLayer() != AttentionSpec.NO_CACHE;
        int shared = 4 * (heads * spec.keySize() + TILE * heads + 3 * heads);
        long[] arguments = {0, 0, 0, 0, 0, 0, 0, 0, q.address(), y.address(), partial,
                spec.heads(), spec.kvHeads(), spec.keySize(), spec.valueSize(), bits(spec.scale()), spec.causal() ? 1 : 0, spec.window(),
                spec.chunked() ? 1 : 0, bits(spec.softCap()), slopes, sinks, 1};
        attend = frame.launch("attention", "attention_" + heads, THREADS, shared, arguments);
        boolean wide = spec.keySize() % 8 == 0 && spec.valueSize() % 8 == 0 && spec.valueSize() <= THREADS;
        halves = wide ? frame.launch("attention", "attention_f16_" + heads, THREADS, shared + 4 * (TILE + WARPS * heads * THREADS), arguments)
                : attend;
        join = frame.launch("attention", "attention_join", THREADS, 0, 0, partial, y.address(), spec.heads(), spec.valueSize(),
                spec.causal() ? 1 : 0, spec.window(), spec.chunked() ? 1 : 0, 1, sinks, 1);
        boolean writes = splits && k != null;
        writeKeys = writes ? writer(k, spec.keySize()) : null;
        writeValues = writes && v != null ? writer(v, spec.valueSize()) : null;
    }

    private Launch writer(Buffer from, int size) {
        return frame.launch("cache", "cache_write", THREADS, 0, 0, from.address(), 0, 0, 0, 0, spec.kvHeads(), size, 0);
    }

    /** Returns the bytes of the results of runs. */
    public static long partialBytes(AttentionSpec spec, int maxTokens) {
        return spec.cacheLayer() == AttentionSpec.NO_CACHE ? 0
                : 4L * Math.min(maxTokens, SPLIT_TOKENS) * spec.heads() * SPLITS * (spec.valueSize() + 2);
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

    @Override
    public void run() {
        int tokens = frame.rows(Rows.TOKENS);
        if (tokens == 0) {
            return;
        }
        if (spec.cacheLayer() == AttentionSpec.NO_CACHE) {
            uncached(tokens);
        } else {
            cached(tokens);
        }
    }

    private void uncached(int tokens) {
        long keyRow = 4L * spec.keySize();
        store(attend, k.address(), v == null ? k.address() + keyRow - 4L * spec.valueSize() : v.address(), TensorType.F32, TensorType.F32, keyRow,
                v == null ? keyRow : 4L * spec.valueSize(), 0);
        attend.set(22, 1);
        attend.run(frame.stream(), tokens, headBlocks, 1);
    }

    private void cached(int tokens) {
        CudaKvCache cache = frame.cache();
        CudaKvCache.Layer layer = cache.layer(spec.cacheLayer());
        TensorType keyType = cache.options().keyType();
        int blockTokens = cache.options().blockTokens();
        if (writeKeys != null) {
            write(writeKeys, layer.keys(), keyType, layer.keyRow(), blockTokens, tokens, spec.keySize());
        }
        if (writeValues != null) {
            write(writeValues, layer.values(), layer.valueType(), layer.valueRow(), blockTokens, tokens, spec.valueSize());
        }
        boolean inKeys = layer.valueBlock() == 0;
        long values = inKeys ? layer.keys() + keyType.bytes(spec.keySize()) - keyType.bytes(spec.valueSize()) : layer.values();
        Launch attention = keyType == TensorType.F16 && layer.valueType() == TensorType.F16 ? halves : attend;
        store(attention, layer.keys(), values, keyType, layer.valueType(), layer.keyRow(), layer.valueRow(), blockTokens);
        boolean cut = tokens <= SPLIT_TOKENS;
        attention.set(22, cut ? SPLITS : 1);
        attention.run(frame.stream(), tokens, headBlocks, cut ? Math.min(SPLITS, (frame.longest() + TILE - 1) / TILE) : 1);
        if (cut) {
            join.set(0, frame.step());
            join.set(10, SPLITS);
            join.run(frame.stream(), (long) tokens * spec.heads(), 1, 1);
        }
    }

    private void store(Launch attention, long keys, long values, TensorType keyType, TensorType valueType, long keyRow, long valueRow,
            int blockTokens) {
        attention.set(0, frame.step());
        attention.set(1, keys);
        attention.set(2, values);
        attention.set(3, keyType.id());
        attention.set(4, valueType.id());
        attention.set(5, keyRow);
        attention.set(6, valueRow);
        attention.set(7, blockTokens);
    }

    private void write(Launch writer, long store, TensorType type, long row, int blockTokens, int tokens, int size) {
        long warps = (long) tokens * spec.kvHeads() * ((size + BLOCK - 1) / BLOCK);
        writer.set(0, frame.step());
        writer.set(2, store);
        writer.set(3, type.id());
        writer.set(4, row);
        writer.set(5, blockTokens);
        writer.set(8, warps);
        writer.run(frame.stream(), (warps + WARPS - 1) / WARPS, 1, 1);
    }
}
