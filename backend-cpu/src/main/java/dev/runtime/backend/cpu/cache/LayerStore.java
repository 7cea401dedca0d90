package dev.runtime.backend.cpu.cache;

import dev.runtime.api.backend.CacheOptions;
import dev.runtime.api.graph.CacheLayout;
import dev.runtime.api.model.TensorType;
import dev.runtime.backend.cpu.memory.Memory;

/** Addresses of the keys and values of one layer. */
public final class LayerStore {
    private final CacheLayout.KvLayer layer;
    private final TensorType keyType;
    private final TensorType valueType;
    private final int blockTokens;
    private final long keyRowBytes;
    private final long valueRowBytes;
    private final long keys;
    private final long values;
    private final long end;

    LayerStore(CacheLayout.KvLayer layer, CacheOptions options, long address) {
        this.layer = layer;
        keyType = options.keyType();
        valueType = options.valueType();
        blockTokens = options.blockTokens();
        keyRowBytes = keyType.bytes(layer.keySize());
        valueRowBytes = valueType.bytes(layer.valueSize());
        keys = address;
        values = keys + Memory.align(keyBlockBytes() * options.blocks());
        end = values + Memory.align(valueBlockBytes() * options.blocks());
    }

    static long keyBlockBytes(CacheLayout.KvLayer layer, CacheOptions options) {
        return Math.multiplyExact(options.keyType().bytes(layer.keySize()), (long) layer.heads() * options.blockTokens());
    }

    static long valueBlockBytes(CacheLayout.KvLayer layer, CacheOptions options) {
        return Math.multiplyExact(options.valueType().bytes(layer.valueSize()), (long) layer.heads() * options.blockTokens());
    }

    /** Returns the sizes. */
    public CacheLayout.KvLayer layer() {
        return layer;
    }

    /** Returns the type of key elements. */
    public TensorType keyType() {
        return keyType;
    }

    /** Returns the type of value elements. */
    public TensorType valueType() {
        return valueType;
    }

    /** Returns the positions of a block. */
    public int blockTokens() {
        return blockTokens;
    }

    /** Returns the bytes of one key of one head. */
    public long keyRowBytes() {
        return keyRowBytes;
    }

    /** Returns the bytes of one value of one head; 0 if values are part of the keys. */
    public long valueRowBytes() {
        return valueRowBytes;
    }

    /** Returns the address of a head's keys in a block, {@code [blockTokens, keySize]}. */
    public long key(int block, int head) {
        return keys + ((long) block * layer.heads() + head) * blockTokens * keyRowBytes;
    }

    /** Returns the address of a head's values in a block, {@code [blockTokens, valueSize]}. */
    public long value(int block, int head) {
        return values + ((long) block * layer.heads() + head) * blockTokens * valueRowBytes;
    }

    long keyBlockBytes() {
        return keyRowBytes * layer.heads() * blockTokens;
    }

    long valueBlockBytes() {
        return valueRowBytes * layer.heads() * blockTokens;
    }

    long end() {
        return end;
    }
}
