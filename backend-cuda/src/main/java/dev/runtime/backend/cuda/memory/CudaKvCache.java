package dev.runtime.backend.cuda.memory;

import dev.runtime.api.RuntimeFailure;
import dev.runtime.api.backend.CacheOptions;
import dev.runtime.api.backend.KvCache;
import dev.runtime.api.graph.CacheLayout;
import dev.runtime.api.model.TensorType;
import dev.runtime.backend.cuda.ffi.Context;
import dev.runtime.backend.cuda.ffi.Driver;
import dev.runtime.backend.cuda.ffi.DriverError;
import java.lang.foreign.MemorySegment;
import java.util.HashMap;
import java.util.Map;

/**
 * The cache in device memory. Of each layer the keys are {@code [blocks, heads, blockTokens, keySize]} and the values likewise; the state of
 * each recurrent layer is {@code [slots, elements]} floats. Calls return when they are done.
 */
public final class CudaKvCache implements KvCache {
    private static final long ALIGNMENT = 256;

    private final Context context;
    private final CacheLayout layout;
    private final CacheOptions options;
    private final DeviceBuffer buffer;
    private final Map<Integer, Layer> layers = new HashMap<>();
    private final Map<Integer, State> states = new HashMap<>();
    private final long blockBytes;
    private final long stream;
    private HostBuffer staging;
    private boolean open = true;

    /**
     * Where a layer's keys and values are.
     *
     * @param keys address of block 0
     * @param values address of block 0; of the keys' tails if values are part of the keys
     * @param valueType type of the values' elements
     * @param keyRow bytes of a head's key
     * @param valueRow bytes from a head's value to its next
     * @param rows heads times positions of a block
     * @param valueBlock bytes of the values of a block, 0 if they are part of the keys
     */
    public record Layer(long keys, long values, TensorType valueType, long keyRow, long valueRow, int rows, long valueBlock) {
        long keyBlock() {
            return keyRow * rows;
        }
    }

    private record State(long address, long bytes) {}

    /** Allocates, zeroed. */
    public CudaKvCache(Context context, CacheLayout layout, CacheOptions options) {
        this.context = context;
        this.layout = layout;
        this.options = options;
        buffer = new DeviceBuffer(context, place(0), "KV cache");
        layers.clear();
        states.clear();
        place(buffer.address());
        blockBytes = layers.values().stream().mapToLong(layer -> layer.keyBlock() + layer.valueBlock).sum();
        try {
            stream = Driver.createStream(1);
        } catch (DriverError e) {
            buffer.close();
            throw context.failure("a KV cache", e);
        }
        try {
            run("a KV cache", () -> Driver.fill(buffer.address(), (byte) 0, buffer.bytes(), stream));
        } catch (RuntimeFailure e) {
            close();
            throw e;
        }
    }

    /** Places all layers from an address on and returns the bytes. */
    private long place(long address) {
        long next = address;
        for (CacheLayout.KvLayer layer : layout.kvLayers()) {
            int rows = Math.multiplyExact(layer.heads(), options.blockTokens());
            long keyRow = options.keyType().bytes(layer.keySize());
            long keys = next;
            next = after(next, Math.multiplyExact(keyRow * rows, (long) options.blocks()));
            if (layer.valueSize() == 0) {
                layers.put(layer.index(), new Layer(keys, keys, options.keyType(), keyRow, keyRow, rows, 0));
            } else {
                long valueRow = options.valueType().bytes(layer.valueSize());
                layers.put(layer.index(), new Layer(keys, next, options.valueType(), keyRow, valueRow, rows, valueRow * rows));
                next = after(next, Math.multiplyExact(valueRow * rows, (long) options.blocks()));
            }
        }
        for (CacheLayout.StateLayer state : layout.stateLayers()) {
            states.put(state.index(), new State(next, 4L * state.elements()));
            next = after(next, Math.multiplyExact(4L * state.elements(), (long) options.slots()));
        }
        return next - address;
    }

    private static long after(long offset, long bytes) {
        return Math.addExact(offset, Math.addExact(bytes, ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT);
    }

    /** Returns the layers that this cache has. */
    public CacheLayout layout() {
        return layout;
    }

    /** Returns where a layer is. */
    public Layer layer(int index) {
        return layers.get(index);
    }

    /** Returns the address of the state of slot 0 of a recurrent layer. */
    public long state(int index) {
        return states.get(index).address;
    }

    @Override
    public CacheOptions options() {
        return options;
    }

    @Override
    public long bytes() {
        return buffer.bytes();
    }

    @Override
    public void copyBlock(int from, int to, int tokens) {
        check("block", from, options.blocks());
        check("block", to, options.blocks());
        check("tokens of a block", tokens, options.blockTokens() + 1);
        run("copying a block", () -> layers.values().forEach(layer -> {
            copyRows(layer.keys, layer.keyBlock(), layer.keyRow, layer.rows, from, to, tokens);
            if (layer.valueBlock > 0) {
                copyRows(layer.values, layer.valueBlock, layer.valueRow, layer.rows, from, to, tokens);
            }
        }));
    }

    /** Copies the first positions of every head; all of them lie together. */
    private void copyRows(long address, long block, long row, int rows, int from, int to, int tokens) {
        boolean whole = tokens == options.blockTokens();
        int heads = whole ? 1 : rows / options.blockTokens();
        for (int head = 0; head < heads; head++) {
            long at = row * options.blockTokens() * head;
            long bytes = whole ? block : row * tokens;
            if (bytes > 0) {
                Driver.copy(address + block * to + at, address + block * from + at, bytes, stream);
            }
        }
    }

    @Override
    public void clearSlot(int slot) {
        check("slot", slot, options.slots());
        run("clearing state", () -> states.values().forEach(s -> Driver.fill(s.address + s.bytes * slot, (byte) 0, s.bytes, stream)));
    }

    @Override
    public void copySlot(int from, int to) {
        check("slot", from, options.slots());
        check("slot", to, options.slots());
        run("copying state", () -> states.values()
                .forEach(s -> Driver.copy(s.address + s.bytes * to, s.address + s.bytes * from, s.bytes, stream)));
    }

    @Override
    public long blockBytes() {
        return blockBytes;
    }

    @Override
    public void exportBlock(int block, MemorySegment target) {
        checkMove(block, target);
        run("reading a block", () -> move(block, true));
        MemorySegment.copy(staging.segment(), 0, target, 0, blockBytes);
    }

    @Override
    public void importBlock(int block, MemorySegment source) {
        checkMove(block, source);
        MemorySegment.copy(source, 0, staging.segment(), 0, blockBytes);
        run("writing a block", () -> move(block, false));
    }

    private void checkMove(int block, MemorySegment host) {
        check("block", block, options.blocks());
        if (host.byteSize() < blockBytes) {
            throw new IndexOutOfBoundsException("a block has " + blockBytes + " bytes, the segment " + host.byteSize());
        }
        if (staging == null) {
            staging = new HostBuffer(context, blockBytes, "blocks of the KV cache");
        }
    }

    private void move(int block, boolean export) {
        long at = staging.segment().address();
        for (Layer layer : layers.values()) {
            at = move(layer.keys + layer.keyBlock() * block, layer.keyBlock(), at, export);
            at = move(layer.values + layer.valueBlock * block, layer.valueBlock, at, export);
        }
    }

    private long move(long address, long bytes, long host, boolean export) {
        if (bytes > 0 && export) {
            Driver.toHost(host, address, bytes, stream);
        } else if (bytes > 0) {
            Driver.toDevice(address, host, bytes, stream);
        }
        return host + bytes;
    }

    private void run(String what, Runnable work) {
        context.enter();
        try {
            work.run();
            Driver.synchronize(stream);
        } catch (DriverError e) {
            throw context.failure(what, e);
        }
    }

    private static void check(String what, int value, int end) {
        if (value < 0 || value >= end) {
            throw new IndexOutOfBoundsException(what + " " + value + " of " + end);
        }
    }

    @Override
    public void close() {
        if (!open) {
            return;
        }
        open = false;
        if (staging != null) {
            staging.close();
        }
        buffer.close();
        context.release("a stream", () -> Driver.destroyStream(stream));
    }
}
