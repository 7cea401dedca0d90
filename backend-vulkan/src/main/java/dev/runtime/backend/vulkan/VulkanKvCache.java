package dev.runtime.backend.vulkan;

import dev.runtime.api.backend.CacheOptions;
import dev.runtime.api.backend.KvCache;
import dev.runtime.api.graph.CacheLayout;
import dev.runtime.backend.vulkan.dispatch.CacheView;
import dev.runtime.backend.vulkan.ffi.CommandCalls;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The cache in the device's memory. Of each layer the keys are {@code [blocks, heads, blockTokens, keySize]} and the values likewise, each
 * in an allocation of its own; the state of each recurrent layer is {@code [slots, elements]} floats.
 */
final class VulkanKvCache implements KvCache, CacheView {
    private final VulkanDevice owner;
    private final LogicalDevice device;
    private final CacheLayout layout;
    private final CacheOptions options;
    private final List<GpuMemory> memories = new ArrayList<>();
    private final Map<Integer, Store> keys = new HashMap<>();
    private final Map<Integer, Store> values = new HashMap<>();
    private final Map<Integer, Store> states = new HashMap<>();
    private boolean closed;

    /** Memory of units that are copied one by one: blocks or slots. */
    private record Store(GpuMemory memory, long unitBytes, int heads) {}

    VulkanKvCache(VulkanDevice owner, LogicalDevice device, CacheLayout layout, CacheOptions options) {
        this.owner = owner;
        this.device = device;
        this.layout = layout;
        this.options = options;
        try {
            for (CacheLayout.KvLayer layer : layout.kvLayers()) {
                long tokens = (long) layer.heads() * options.blockTokens();
                long keyBytes = Math.multiplyExact(options.keyType().bytes(layer.keySize()), tokens);
                keys.put(layer.index(), store(keyBytes, options.blocks(), layer.heads()));
                if (layer.valueSize() > 0) {
                    long valueBytes = Math.multiplyExact(options.valueType().bytes(layer.valueSize()), tokens);
                    values.put(layer.index(), store(valueBytes, options.blocks(), layer.heads()));
                }
            }
            for (CacheLayout.StateLayer state : layout.stateLayers()) {
                states.put(state.index(), store(4L * state.elements(), options.slots(), 1));
            }
        } catch (RuntimeException | Error e) {
            close();
            throw e;
        }
    }

    private Store store(long unitBytes, int units, int heads) {
        GpuMemory memory = new GpuMemory(device, Math.multiplyExact(unitBytes, units), GpuMemory.Place.DEVICE);
        memories.add(memory);
        memory.clear();
        return new Store(memory, unitBytes, heads);
    }

    CacheLayout layout() {
        return layout;
    }

    LogicalDevice device() {
        return device;
    }

    @Override
    public CacheOptions options() {
        return options;
    }

    @Override
    public long keys(int layer) {
        return keys.get(layer).memory().address();
    }

    @Override
    public long values(int layer) {
        Store store = values.get(layer);
        return store == null ? 0 : store.memory().address();
    }

    @Override
    public long state(int layer) {
        return states.get(layer).memory().address();
    }

    @Override
    public long bytes() {
        return memories.stream().mapToLong(GpuMemory::bytes).sum();
    }

    @Override
    public void copyBlock(int from, int to, int tokens) {
        checkBlock(from);
        checkBlock(to);
        if (tokens < 0 || tokens > options.blockTokens()) {
            throw new IndexOutOfBoundsException(tokens + " tokens of a block of " + options.blockTokens());
        }
        if (tokens > 0) {
            device.once(commands -> {
                keys.values().forEach(store -> copy(commands, store, from, to, tokens));
                values.values().forEach(store -> copy(commands, store, from, to, tokens));
            });
        }
    }

    /** Copies the first tokens of each head of a block. */
    private void copy(MemorySegment commands, Store store, int from, int to, int tokens) {
        long headBytes = store.unitBytes() / store.heads();
        long length = headBytes / options.blockTokens() * tokens;
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment regions = arena.allocate(24L * store.heads(), 8);
            for (int head = 0; head < store.heads(); head++) {
                regions.set(ValueLayout.JAVA_LONG, 24L * head, store.unitBytes() * from + headBytes * head);
                regions.set(ValueLayout.JAVA_LONG, 24L * head + 8, store.unitBytes() * to + headBytes * head);
                regions.set(ValueLayout.JAVA_LONG, 24L * head + 16, length);
            }
            CommandCalls.cmdCopyBuffer(commands, store.memory().buffer(), store.memory().buffer(), store.heads(), regions);
        }
    }

    @Override
    public void clearSlot(int slot) {
        checkSlot(slot);
        states.values().forEach(store -> store.memory().fill(store.unitBytes() * slot, store.unitBytes()));
    }

    @Override
    public void copySlot(int from, int to) {
        checkSlot(from);
        checkSlot(to);
        if (from != to) {
            states.values().forEach(store -> Transfers.copy(device, store.memory(), store.unitBytes() * from, store.memory(),
                    store.unitBytes() * to, store.unitBytes()));
        }
    }

    @Override
    public long blockBytes() {
        return keys.values().stream().mapToLong(Store::unitBytes).sum() + values.values().stream().mapToLong(Store::unitBytes).sum();
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
        if (host.byteSize() < blockBytes()) {
            throw new IndexOutOfBoundsException("a block has " + blockBytes() + " bytes, the segment " + host.byteSize());
        }
        long at = 0;
        try (Transfers transfers = new Transfers(device)) {
            for (CacheLayout.KvLayer layer : layout.kvLayers()) {
                for (Map<Integer, Store> stores : List.of(keys, values)) {
                    Store store = stores.get(layer.index());
                    if (store != null) {
                        MemorySegment part = host.asSlice(at, store.unitBytes());
                        if (export) {
                            transfers.read(store.memory(), store.unitBytes() * block, part);
                        } else {
                            transfers.write(part, store.memory(), store.unitBytes() * block);
                        }
                        at += store.unitBytes();
                    }
                }
            }
        }
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
    public void close() {
        if (!closed) {
            closed = true;
            memories.forEach(GpuMemory::close);
            owner.release(device);
        }
    }
}
