package dev.runtime.kernel.placement;

import dev.runtime.api.backend.CacheOptions;
import dev.runtime.api.backend.KvCache;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.ToLongFunction;

/** The caches of a graph's parts, which share the numbers of blocks and slots. */
public final class SplitCache implements KvCache {
    private final KvCache[] parts;

    /** Joins caches of the same options, one for each part; closed with this. */
    public SplitCache(List<KvCache> parts) {
        this.parts = parts.toArray(KvCache[]::new);
    }

    /** Returns the cache of a part. */
    KvCache part(int index) {
        return parts[index];
    }

    @Override
    public CacheOptions options() {
        return parts[0].options();
    }

    @Override
    public long bytes() {
        return sum(KvCache::bytes);
    }

    @Override
    public void copyBlock(int from, int to, int tokens) {
        for (KvCache part : parts) {
            part.copyBlock(from, to, tokens);
        }
    }

    @Override
    public void clearSlot(int slot) {
        for (KvCache part : parts) {
            part.clearSlot(slot);
        }
    }

    @Override
    public void copySlot(int from, int to) {
        for (KvCache part : parts) {
            part.copySlot(from, to);
        }
    }

    @Override
    public long blockBytes() {
        return sum(KvCache::blockBytes);
    }

    @Override
    public void exportBlock(int block, MemorySegment target) {
        long at = 0;
        for (KvCache part : parts) {
            part.exportBlock(block, target.asSlice(at, part.blockBytes()));
            at += part.blockBytes();
        }
    }

    @Override
    public void importBlock(int block, MemorySegment source) {
        long at = 0;
        for (KvCache part : parts) {
            part.importBlock(block, source.asSlice(at, part.blockBytes()));
            at += part.blockBytes();
        }
    }

    private long sum(ToLongFunction<KvCache> size) {
        long sum = 0;
        for (KvCache part : parts) {
            sum = Math.addExact(sum, size.applyAsLong(part));
        }
        return sum;
    }

    @Override
    public Optional<String> lock() {
        return Arrays.stream(parts).flatMap(part -> part.lock().stream()).findFirst();
    }

    @Override
    public void close() {
        for (KvCache part : parts) {
            part.close();
        }
    }
}
