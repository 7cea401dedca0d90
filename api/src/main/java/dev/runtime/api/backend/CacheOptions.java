package dev.runtime.api.backend;

import dev.runtime.api.ErrorCode;
import dev.runtime.api.RuntimeFailure;
import dev.runtime.api.Stable;
import dev.runtime.api.graph.CacheLayout;
import dev.runtime.api.model.TensorType;
import java.util.List;
import java.util.Set;

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
    private static final Set<TensorType> TYPES =
            Set.of(TensorType.F32, TensorType.F16, TensorType.BF16, TensorType.Q8_0, TensorType.Q4_0);

    /** Checks that the sizes make sense. */
    public CacheOptions {
        if (blocks < 0 || slots < 0 || blockTokens < 1 || Integer.bitCount(blockTokens) != 1) {
            throw new IllegalArgumentException("cache of " + blocks + " blocks of " + blockTokens + " tokens, " + slots + " slots");
        }
    }

    /**
     * Checks that a cache of a layout can have these element types.
     *
     * @throws RuntimeFailure with {@code config.invalid}
     */
    public void check(CacheLayout layout) {
        for (TensorType type : List.of(keyType, valueType)) {
            if (!TYPES.contains(type)) {
                throw new RuntimeFailure(ErrorCode.CONFIG_INVALID, "a KV cache cannot have elements of type " + type
                        + "; choose f32, f16, bf16, q8_0 or q4_0");
            }
        }
        for (CacheLayout.KvLayer layer : layout.kvLayers()) {
            if (layer.keySize() % keyType.blockSize() != 0 || layer.valueSize() % valueType.blockSize() != 0) {
                throw new RuntimeFailure(ErrorCode.CONFIG_INVALID, "heads of " + layer.keySize() + " and " + layer.valueSize()
                        + " elements are no whole blocks of " + keyType + " and " + valueType + "; choose f16");
            }
        }
    }
}
