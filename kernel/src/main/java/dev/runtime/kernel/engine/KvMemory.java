package dev.runtime.kernel.engine;

import dev.runtime.api.backend.KvCache;
import java.util.Optional;

/**
 * The KV cache of a model with the books about it.
 *
 * @param cache the device's memory
 * @param pool who uses which block
 * @param prefixes the blocks that can be found by their tokens
 * @param sharing whether blocks are found again; not for models with recurrent state, which exists at a sequence's end only
 * @param spill where blocks go that made room for others, if they are kept
 * @param shift what moves rows to other positions, if that is possible
 */
record KvMemory(KvCache cache, KvBlockPool pool, PrefixCache prefixes, boolean sharing, Optional<KvSpill> spill, Optional<ContextShift> shift) {
    /** Opens the books of an empty cache whose rows stay where they are. */
    static KvMemory of(KvCache cache, boolean sharing, Optional<KvSpill> spill) {
        return of(cache, sharing, spill, Optional.empty());
    }

    /** Opens the books of an empty cache. */
    static KvMemory of(KvCache cache, boolean sharing, Optional<KvSpill> spill, Optional<ContextShift> shift) {
        PrefixCache prefixes = new PrefixCache(cache.options().blocks(), cache.options().blockTokens());
        return new KvMemory(cache, new KvBlockPool(cache.options().blocks(), prefixes, spill), prefixes, sharing, spill, shift);
    }

    int blockTokens() {
        return cache.options().blockTokens();
    }

    int blocksFor(int positions) {
        return Math.ceilDiv(positions, blockTokens());
    }
}
