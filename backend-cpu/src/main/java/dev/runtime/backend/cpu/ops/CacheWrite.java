package dev.runtime.backend.cpu.ops;

import dev.runtime.api.backend.StepInputs;
import dev.runtime.api.graph.CacheLayout;
import dev.runtime.backend.cpu.cache.LayerStore;
import dev.runtime.backend.cpu.quant.RowEncoder;

/** Writes the keys and values of a step's tokens to a layer of the cache, for attention and {@link dev.runtime.api.graph.Op.KvWrite}. */
final class CacheWrite implements Step {
    private final Frame frame;
    private final CacheLayout.KvLayer layer;
    private final Buffer k;
    private final Buffer v;
    private final Step rows;
    private LayerStore store;
    private RowEncoder keys;
    private RowEncoder values;

    /** Creates a step; with values of width 0, keys alone are written. */
    CacheWrite(Frame frame, CacheLayout.KvLayer layer, Buffer k, Buffer v) {
        this.frame = frame;
        this.layer = layer;
        this.k = k;
        this.v = v;
        rows = new RowStep(frame, k.rows(), 2 * (k.width() + v.width()), this::write);
    }

    @Override
    public void run() {
        LayerStore current = frame.cache().layer(layer.index());
        if (current != store) {
            store = current;
            keys = frame.kernels().encoder(store.keyType());
            values = frame.kernels().encoder(store.valueType());
        }
        rows.run();
    }

    private void write(int token) {
        StepInputs inputs = frame.inputs();
        int position = inputs.position(token);
        int block = inputs.blockTable(inputs.sequenceOf(token))[position / store.blockTokens()];
        int inBlock = position & store.blockTokens() - 1;
        for (int head = 0; head < layer.heads(); head++) {
            keys.encode(k.row(token) + 4L * head * layer.keySize(), layer.keySize(), store.key(block, head) + store.keyRowBytes() * inBlock);
            if (v.width() > 0) {
                values.encode(v.row(token) + 4L * head * layer.valueSize(), layer.valueSize(),
                        store.value(block, head) + store.valueRowBytes() * inBlock);
            }
        }
    }
}
