package dev.runtime.kernel.testing;

import dev.runtime.api.backend.CacheOptions;
import dev.runtime.api.backend.KvCache;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/** Remembers the token of each position instead of keys and values, and of each slot the state of the language. */
public final class FakeKvCache implements KvCache {
    /** What a position or slot holds that was never written. */
    static final int EMPTY = -1;

    final int[] tokens;
    /** What an encoder left at each position. */
    final int[] encoded;
    final FakeLanguage.State[] states;
    final int[] statePositions;
    private final CacheOptions options;
    private final FakeDevice device;

    FakeKvCache(CacheOptions options, FakeDevice device) {
        this.options = options;
        this.device = device;
        tokens = new int[options.blocks() * options.blockTokens()];
        Arrays.fill(tokens, EMPTY);
        encoded = tokens.clone();
        states = new FakeLanguage.State[options.slots()];
        statePositions = new int[options.slots()];
        Arrays.fill(statePositions, EMPTY);
        device.open.incrementAndGet();
    }

    @Override
    public CacheOptions options() {
        return options;
    }

    @Override
    public long bytes() {
        return tokens.length * 4L;
    }

    @Override
    public void copyBlock(int from, int to, int count) {
        System.arraycopy(tokens, from * options.blockTokens(), tokens, to * options.blockTokens(), count);
    }

    @Override
    public void clearSlot(int slot) {
        device.onClear.run();
        statePositions[slot] = 0;
    }

    @Override
    public void copySlot(int from, int to) {
        states[to] = states[from];
        statePositions[to] = statePositions[from];
    }

    @Override
    public long blockBytes() {
        return options.blockTokens() * 4L;
    }

    @Override
    public void exportBlock(int block, MemorySegment target) {
        target.copyFrom(MemorySegment.ofArray(tokens).asSlice(block * blockBytes(), blockBytes()));
    }

    @Override
    public void importBlock(int block, MemorySegment source) {
        MemorySegment.ofArray(tokens).asSlice(block * blockBytes(), blockBytes()).copyFrom(source);
    }

    @Override
    public void close() {
        device.open.decrementAndGet();
    }
}
