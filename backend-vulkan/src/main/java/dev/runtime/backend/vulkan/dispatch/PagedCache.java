package dev.runtime.backend.vulkan.dispatch;

import dev.runtime.api.backend.CacheOptions;
import dev.runtime.api.backend.KvCache;
import dev.runtime.api.graph.CacheLayout;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A cache in a device's memory. Of each layer the keys are {@code [blocks, heads, blockTokens, keySize]} and the values likewise, each
 * in an allocation of its own; the state of each recurrent layer is {@code [slots, elements]} floats.
 */
public abstract class PagedCache implements KvCache, CacheView {
    private final Memory memory;
    private final CacheLayout layout;
    private final CacheOptions options;
    private final List<Memory.Run> runs = new ArrayList<>();
    private final Map<Integer, Store> keys = new HashMap<>();
    private final Map<Integer, Store> values = new HashMap<>();
    private final Map<Integer, Store> states = new HashMap<>();
    private boolean closed;

    /** Memory of units that are copied one by one: blocks or slots. */
    private record Store(Memory.Run run, long unitBytes, int heads) {}

    /** Allocates and clears; after a failure nothing stays allocated. */
    protected PagedCache(Memory memory, CacheLayout layout, CacheOptions options) {
        this.memory = memory;
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
            runs.forEach(Memory.Run::close);
            throw e;
        }
    }

    private Store store(long unitBytes, int units, int heads) {
        Memory.Run run = memory.allocate(Math.multiplyExact(unitBytes, units));
        runs.add(run);
        memory.clear(run, 0, run.bytes() / 4 * 4);
        return new Store(run, unitBytes, heads);
    }

    /** Returns what it is made for. */
    public final CacheLayout layout() {
        return layout;
    }

    /** Returns the allocations. */
    public final List<Memory.Run> runs() {
        return List.copyOf(runs);
    }

    @Override
    public CacheOptions options() {
        return options;
    }

    @Override
    public long keys(int layer) {
        return keys.get(layer).run().address();
    }

    @Override
    public long values(int layer) {
        Store store = values.get(layer);
        return store == null ? 0 : store.run().address();
    }

    @Override
    public long state(int layer) {
        return states.get(layer).run().address();
    }

    @Override
    public long bytes() {
        return runs.stream().mapToLong(Memory.Run::bytes).sum();
    }

    @Override
    public void copyBlock(int from, int to, int tokens) {
        checkBlock(from);
        checkBlock(to);
        if (tokens < 0 || tokens > options.blockTokens()) {
            throw new IndexOutOfBoundsException(tokens + " tokens of a block of " + options.blockTokens());
        }
        if (tokens > 0) {
            List<Memory.Move> moves = new ArrayList<>();
            keys.values().forEach(store -> addMoves(moves, store, from, to, tokens));
            values.values().forEach(store -> addMoves(moves, store, from, to, tokens));
            memory.copy(moves);
        }
    }

    /** The first tokens of each head of a block. */
    private void addMoves(List<Memory.Move> moves, Store store, int from, int to, int tokens) {
        long headBytes = store.unitBytes() / store.heads();
        long length = headBytes / options.blockTokens() * tokens;
        for (int head = 0; head < store.heads(); head++) {
            moves.add(new Memory.Move(store.run(), store.unitBytes() * from + headBytes * head, store.unitBytes() * to + headBytes * head,
                    length));
        }
    }

    @Override
    public void clearSlot(int slot) {
        checkSlot(slot);
        states.values().forEach(store -> memory.clear(store.run(), store.unitBytes() * slot, store.unitBytes()));
    }

    @Override
    public void copySlot(int from, int to) {
        checkSlot(from);
        checkSlot(to);
        if (from != to) {
            memory.copy(states.values().stream().map(store -> new Memory.Move(store.run(), store.unitBytes() * from,
                    store.unitBytes() * to, store.unitBytes())).toList());
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
        for (CacheLayout.KvLayer layer : layout.kvLayers()) {
            for (Map<Integer, Store> stores : List.of(keys, values)) {
                Store store = stores.get(layer.index());
                if (store != null) {
                    List<Memory.Piece> piece = List.of(new Memory.Piece(host.asSlice(at, store.unitBytes()), store.unitBytes() * block));
                    if (export) {
                        memory.read(store.run(), piece);
                    } else {
                        memory.write(store.run(), piece);
                    }
                    at += store.unitBytes();
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

    /** Called once, when all memory is free. The default does nothing. */
    protected void closed() {}

    @Override
    public final void close() {
        if (!closed) {
            closed = true;
            runs.forEach(Memory.Run::close);
            closed();
        }
    }
}
