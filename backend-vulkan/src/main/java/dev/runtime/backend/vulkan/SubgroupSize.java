package dev.runtime.backend.vulkan;

import dev.runtime.backend.vulkan.ffi.InstanceCalls;
import dev.runtime.backend.vulkan.ffi.Struct;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * Kernels that demand the size of their subgroups. Drivers may cut a workgroup into smaller subgroups than the device tells of, by kernel (Intel's
 * from 8 to 32 lanes) or by their own choice (AMD's 32 or 64); then sums over lanes would miss some. Source: VK_EXT_subgroup_size_control, in all
 * devices of Vulkan 1.3.
 */
final class SubgroupSize {
    static final String EXTENSION = "VK_EXT_subgroup_size_control";
    /** The flag of a stage whose subgroups have all their lanes. */
    static final int FULL = 2;

    private static final int PROPERTIES_2 = 1000059001;
    private static final int FEATURES_2 = 1000059000;
    private static final int PROPERTIES = 1000225000;
    private static final int REQUIRED_SIZE = 1000225001;
    private static final int FEATURES = 1000225002;

    private SubgroupSize() {}

    /** Tells whether a device that has the extension lets kernels demand so many lanes, all of them in use. */
    static boolean demandable(Arena arena, MemorySegment device, int lanes) {
        MemorySegment features = new Struct(arena, FEATURES).zeros(2).segment();
        InstanceCalls.getPhysicalDeviceFeatures2(device, new Struct(arena, FEATURES_2, features).zeros(LogicalDevice.FEATURES_1_0).segment());
        MemorySegment sizes = new Struct(arena, PROPERTIES).zeros(4).segment();
        MemorySegment properties = arena.allocate(PhysicalDevice.PROPERTIES_BYTES, 8);
        PhysicalDevice.header(properties, PROPERTIES_2, sizes);
        InstanceCalls.getPhysicalDeviceProperties2(device, properties);
        return field(features, 0) != 0 && field(features, 1) != 0 && field(sizes, 0) <= lanes && lanes <= field(sizes, 1)
                && (field(sizes, 3) & Pipelines.COMPUTE_STAGE) != 0;
    }

    private static int field(MemorySegment struct, int index) {
        return struct.get(ValueLayout.JAVA_INT, 16 + 4L * index);
    }

    /** Returns the features to switch on. */
    static MemorySegment wanted(Arena arena) {
        return new Struct(arena, FEATURES).u32(1).u32(1).segment();
    }

    /** Returns what follows a stage that demands so many lanes. */
    static MemorySegment of(Arena arena, int lanes) {
        return new Struct(arena, REQUIRED_SIZE).u32(lanes).segment();
    }
}
