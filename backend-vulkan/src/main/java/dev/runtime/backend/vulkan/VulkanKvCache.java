package dev.runtime.backend.vulkan;

import dev.runtime.api.backend.CacheOptions;
import dev.runtime.api.graph.CacheLayout;
import dev.runtime.backend.vulkan.dispatch.PagedCache;

/** The cache of an open device. */
final class VulkanKvCache extends PagedCache {
    private final VulkanDevice owner;
    private final LogicalDevice device;

    VulkanKvCache(VulkanDevice owner, LogicalDevice device, CacheLayout layout, CacheOptions options) {
        super(new VulkanMemory(device, GpuMemory.Place.DEVICE), layout, options);
        this.owner = owner;
        this.device = device;
    }

    LogicalDevice device() {
        return device;
    }

    @Override
    protected void closed() {
        owner.release(device);
    }
}
