package dev.runtime.backend.vulkan.dispatch;

import dev.runtime.api.backend.CacheOptions;

/** Where the keys, values and states of a cache are on the device. */
public interface CacheView {
    /** Returns the size and type. */
    CacheOptions options();

    /** Returns the address of a layer's keys {@code [blocks, heads, blockTokens, keySize]}. */
    long keys(int layer);

    /** Returns the address of a layer's values, likewise; 0 if they are part of the keys. */
    long values(int layer);

    /** Returns the address of a recurrent layer's state {@code [slots, elements]}. */
    long state(int layer);
}
