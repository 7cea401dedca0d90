package dev.runtime.backend.cpu.cache;

import dev.runtime.api.backend.CacheOptions;
import dev.runtime.api.backend.KvCache;
import dev.runtime.api.graph.CacheLayout;
import dev.runtime.backend.cpu.ffi.LatePages;
import dev.runtime.backend.cpu.ffi.LockedMemory;
import dev.runtime.backend.cpu.memory.Memory;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/**
 * The cache in the host's memory. Of each layer the keys are {@code [blocks, heads, blockTokens, keySize]} and the values likewise,
 * so that one head of one block is contiguous; the state of each recurrent layer is {@code [slots, elements]} floats.
 */
public final class CpuKvCache implements KvCache {
    private final CacheLayout layout;
    private final CacheOptions options;
    private final Arena arena = Arena.ofShared();
    private final Map<Integer, LayerStore> layers = new HashMap<>();
    private final Map<Integer, StateStore> states = new HashMap<>();
    private final LatePages pages;
    private final long bytes;
    private final long blockBytes;

    /** Returns the bytes that a cache takes. */
    public static long bytes(CacheLayout layout, CacheOptions options) {
        long total = 0;
        for (CacheLayout.KvLayer layer : layout.kvLayers()) {
            total = Math.addExact(total, Memory.align(Math.multiplyExact(LayerStore.keyBlockBytes(layer, options), options.blocks())));
            total = Math.addExact(total, Memory.align(Math.multiplyExact(LayerStore.valueBlockBytes(layer, options), options.blocks())));
        }
        for (CacheLayout.StateLayer state : layout.stateLayers()) {
            total = Math.addExact(total, Memory.align(Math.multiplyExact(4L * state.elements(), options.slots())));
        }
        return total;
    }

    /**
     * Allocates.
     *
     * @param busy whether a step runs
     */
    public CpuKvCache(CacheLayout layout, CacheOptions options, BooleanSupplier busy) {
        this.layout = layout;
        this.options = options;
        bytes = bytes(layout, options);
        pages = new LatePages(arena, bytes, busy);
        long next = pages.memory().address();
        long block = 0;
        for (CacheLayout.KvLayer layer : layout.kvLayers()) {
            LayerStore store = new LayerStore(layer, options, next);
            layers.put(layer.index(), store);
            next = store.end();
            block += store.keyBlockBytes() + store.valueBlockBytes();
        }
        blockBytes = block;
        for (CacheLayout.StateLayer state : layout.stateLayers()) {
            states.put(state.index(), new StateStore(next, state.elements()));
            next += Memory.align(4L * state.elements() * options.slots());
        }
    }

    /** Returns the layers that this cache has. */
    public CacheLayout layout() {
        return layout;
    }

    /** Returns the keys and values of a layer. */
    public LayerStore layer(int index) {
        return layers.get(index);
    }

    /** Returns the address of the floats that a recurrent layer keeps in a slot. */
    public long state(int index, int slot) {
        StateStore store = states.get(index);
        return store.base + 4L * store.elements * slot;
    }

    @Override
    public CacheOptions options() {
        return options;
    }

    @Override
    public long bytes() {
        return bytes;
    }

    @Override
    public void copyBlock(int from, int to, int tokens) {
        checkBlock(from);
        checkBlock(to);
        if (tokens < 0 || tokens > options.blockTokens()) {
            throw new IndexOutOfBoundsException(tokens + " tokens of a block of " + options.blockTokens());
        }
        for (CacheLayout.KvLayer layer : layout.kvLayers()) {
            LayerStore store = layers.get(layer.index());
            for (int head = 0; head < layer.heads(); head++) {
                Memory.copy(store.key(from, head), store.key(to, head), store.keyRowBytes() * tokens);
                if (layer.valueSize() > 0) {
                    Memory.copy(store.value(from, head), store.value(to, head), store.valueRowBytes() * tokens);
                }
            }
        }
    }

    @Override
    public void clearSlot(int slot) {
        checkSlot(slot);
        for (CacheLayout.StateLayer state : layout.stateLayers()) {
            Memory.clear(state(state.index(), slot), 4L * state.elements());
        }
    }

    @Override
    public void copySlot(int from, int to) {
        checkSlot(from);
        checkSlot(to);
        for (CacheLayout.StateLayer state : layout.stateLayers()) {
            Memory.copy(state(state.index(), from), state(state.index(), to), 4L * state.elements());
        }
    }

    @Override
    public long blockBytes() {
        return blockBytes;
    }

    @Override
    public void exportBlock(int block, MemorySegment target) {
        move(block, target, true);
    }

    @Override
    public void importBlock(int block, MemorySegment source) {
        move(block, source, false);
    }

    private void move(int block, MemorySegment host, boolean export) {
        checkBlock(block);
        if (host.byteSize() < blockBytes) {
            throw new IndexOutOfBoundsException("a block has " + blockBytes + " bytes, the segment " + host.byteSize());
        }
        long at = 0;
        for (CacheLayout.KvLayer layer : layout.kvLayers()) {
            LayerStore store = layers.get(layer.index());
            at = move(store.key(block, 0), store.keyBlockBytes(), host, at, export);
            at = move(store.value(block, 0), store.valueBlockBytes(), host, at, export);
        }
    }

    private static long move(long address, long bytes, MemorySegment host, long at, boolean export) {
        if (export) {
            MemorySegment.copy(Memory.ALL, address, host, at, bytes);
        } else {
            MemorySegment.copy(host, at, Memory.ALL, address, bytes);
        }
        return at + bytes;
    }

    private void checkBlock(int block) {
        if (block < 0 || block >= options.blocks()) {
            throw new IndexOutOfBoundsException("block " + block + " of " + options.blocks());
        }
    }

    private void checkSlot(int slot) {
        if (slot < 0 || slot >= options.slots()) {
            throw new IndexOutOfBoundsException("slot " + slot + " of " + options.slots());
        }
    }

    @Override
    public Optional<String> lock() {
        return pages.lock() ? Optional.empty() : Optional.of(LockedMemory.refused(bytes));
    }

    @Override
    public void close() {
        pages.close();
        arena.close();
    }

    private record StateStore(long base, int elements) {}
}
