package dev.runtime.backend.metal;

import dev.runtime.api.backend.CacheOptions;
import dev.runtime.api.graph.CacheLayout;
import dev.runtime.backend.vulkan.dispatch.PagedCache;

/** The cache of a device in use. */
final class MetalKvCache extends PagedCache {
    private final MetalQueue queue;

    MetalKvCache(MetalQueue queue, CacheLayout layout, CacheOptions options) {
        super(new MetalMemory(queue), layout, options);
        this.queue = queue;
    }

    MetalQueue queue() {
        return queue;
    }
}
