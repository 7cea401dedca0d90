package dev.runtime.api.graph;

import dev.runtime.api.Stable;
import java.util.List;

/**
 * What a graph keeps between steps.
 *
 * @param kvLayers keys and values a position
 * @param stateLayers fixed-size state a sequence
 */
@Stable
public record CacheLayout(List<KvLayer> kvLayers, List<StateLayer> stateLayers) {
    /**
     * A layer of the KV cache.
     *
     * @param index the layer's number, as {@link AttentionSpec#cacheLayer}
     * @param heads key-value heads
     * @param keySize elements of a key head
     * @param valueSize elements of a value head; 0 if values are part of the keys
     */
    public record KvLayer(int index, int heads, int keySize, int valueSize) {
        /** Returns the elements kept a position. */
        public int elements() {
            return Math.multiplyExact(heads, Math.addExact(keySize, valueSize));
        }
    }

    /**
     * A recurrent layer.
     *
     * @param index the layer's number
     * @param elements floats kept a sequence
     */
    public record StateLayer(int index, int elements) {}

    /** Copies the lists. */
    public CacheLayout {
        kvLayers = List.copyOf(kvLayers);
        stateLayers = List.copyOf(stateLayers);
    }

    /** Returns the elements of all KV layers a position. */
    public long elementsPerToken() {
        return kvLayers.stream().mapToLong(KvLayer::elements).sum();
    }
}
