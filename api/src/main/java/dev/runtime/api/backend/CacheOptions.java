package dev.runtime.api.backend;

import dev.runtime.api.Stable;
import dev.runtime.api.model.TensorType;

/**
 * Size and type of a cache.
 *
 * @param blocks number of KV blocks
 * @param blockTokens positions of a block, a power of two
 * @param slots number of slots for recurrent state
 * @param keyType element type of keys: F32, F16, BF16, Q8_0 or Q4_0
 * @param valueType element type of values, likewise
 */
@Stable
public record CacheOptions(int blocks, int blockTokens, int slots, TensorType keyType, TensorType valueType) {
    /** Checks that the sizes make sense. */
    public CacheOptions {
        if (blocks < 0 || slots < 0 || blockTokens < 1 || Integer.bitCount(blockTokens) != 1) {
            throw new IllegalArgumentException("cache of " + blocks + " blocks of " + blockTokens + " tokens, " + slots + " slots");
        }
    }
}
