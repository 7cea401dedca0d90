package dev.runtime.backend.cuda.ops;

import dev.runtime.api.graph.Op;
import dev.runtime.api.graph.Rows;
import dev.runtime.api.model.TensorType;
import dev.runtime.backend.cuda.ffi.Launch;
import dev.runtime.backend.cuda.memory.CudaKvCache;
import java.util.Optional;

/** Writes keys and values of a step's tokens to a layer of the cache, at their positions: for {@link Op.KvWrite} and {@link Op.Attention}. */
public final class CacheWrite implements Step {
    private static final int THREADS = 128;
    private static final int WARPS = 4;

    /** Elements of a warp. */
    private static final int BLOCK = 32;

    private final Frame frame;
    private final int layer;
    private final int heads;
    private final int keySize;
    private final int valueSize;
    private final Launch writeKeys;
    private final Launch writeValues;

    /**
     * Creates a step.
     *
     * @param layer index of the cache's layer
     * @param values nothing if values are part of the keys
     */
    public CacheWrite(Frame frame, int layer, Buffer keys, Optional<Buffer> values, int heads) {
        this.frame = frame;
        this.layer = layer;
        this.heads = heads;
        keySize = keys.width() / heads;
        valueSize = values.map(v -> v.width() / heads).orElse(0);
        writeKeys = writer(keys, keySize);
        writeValues = values.map(v -> writer(v, valueSize)).orElse(null);
    }

    private Launch writer(Buffer from, int size) {
        return frame.launch("cache", "cache_write", THREADS, 0, 0, from.address(), 0, 0, 0, 0, heads, size, 0);
    }

    @Override
    public void run() {
        CudaKvCache.Layer place = frame.cache().layer(layer);
        write(writeKeys, place.keys(), frame.cache().options().keyType(), place.keyRow(), keySize);
        if (writeValues != null) {
            write(writeValues, place.values(), place.valueType(), place.valueRow(), valueSize);
        }
    }

    private void write(Launch writer, long store, TensorType type, long row, int size) {
        long warps = (long) frame.rows(Rows.TOKENS) * heads * ((size + BLOCK - 1) / BLOCK);
        writer.set(0, frame.step());
        writer.set(2, store);
        writer.set(3, type.id());
        writer.set(4, row);
        writer.set(5, frame.cache().options().blockTokens());
        writer.set(8, warps);
        writer.run(frame.stream(), (warps + WARPS - 1) / WARPS, 1, 1);
    }
}
