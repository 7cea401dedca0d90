package dev.runtime.backend.vulkan;

import dev.runtime.api.backend.DeviceInfo;
import dev.runtime.backend.vulkan.ffi.InstanceCalls;
import dev.runtime.backend.vulkan.ffi.Struct;
import dev.runtime.backend.vulkan.ffi.VulkanResult;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What is known of a GPU before it is used.
 *
 * @param handle the physical device
 * @param name as the driver says
 * @param kind by the driver's type; a driver in software is {@link DeviceInfo.Kind#OTHER}, so that nobody prefers it to the processor
 * @param api the version of Vulkan
 * @param lanes the lanes of a subgroup
 * @param sized whether kernels can demand subgroups of so many lanes, see {@link SubgroupSize}
 * @param largestAllocation the most bytes of one allocation
 * @param localBytes the size of the memory that belongs to the device
 * @param budget whether the driver tells how much of the memory others use
 * @param memoryTypes the flags of each type of memory
 * @param queueFamily the kind of queue that computes
 */
record PhysicalDevice(MemorySegment handle, String name, DeviceInfo.Kind kind, int api, int lanes, boolean sized, long largestAllocation,
        long localBytes, boolean budget, List<Integer> memoryTypes, int queueFamily) {
    private static final int FEATURES_2 = 1000059000;
    private static final int PROPERTIES_2 = 1000059001;
    private static final int MEMORY_PROPERTIES_2 = 1000059006;
    private static final int SUBGROUP_PROPERTIES = 1000094000;
    private static final int MAINTENANCE_3_PROPERTIES = 1000168000;
    private static final int MEMORY_BUDGET_PROPERTIES = 1000237000;
    /** The header and properties of Vulkan 1.0. */
    static final long PROPERTIES_BYTES = 16 + 824;
    private static final int VULKAN_1_2 = 1 << 22 | 2 << 12;

    private static final int COMPUTE = 2;
    private static final int LOCAL = 1;
    /** Subgroups in compute kernels that vote, add, broadcast and shuffle. */
    private static final int SUBGROUP_OPERATIONS = 0b11101;
    private static final int COMPUTE_STAGE = 0x20;

    PhysicalDevice {
        memoryTypes = List.copyOf(memoryTypes);
    }

    /** Reads a device. Returns why it cannot be used, or nothing and adds it. */
    static Optional<String> read(MemorySegment handle, List<PhysicalDevice> usable) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment maintenance = new Struct(arena, MAINTENANCE_3_PROPERTIES).zeros(2).u64(0).segment();
            MemorySegment subgroup = new Struct(arena, SUBGROUP_PROPERTIES, maintenance).zeros(4).segment();
            MemorySegment properties = arena.allocate(PROPERTIES_BYTES, 8);
            header(properties, PROPERTIES_2, subgroup);
            InstanceCalls.getPhysicalDeviceProperties2(handle, properties);
            String name = properties.getString(16 + 20);
            int api = properties.get(ValueLayout.JAVA_INT, 16);
            if (api < VULKAN_1_2) {
                return Optional.of(name + " has Vulkan " + version(api) + " and not 1.2");
            }
            Optional<String> missing = missingFeature(arena, handle);
            if (missing.isPresent()) {
                return Optional.of(name + " lacks " + missing.get());
            }
            if ((subgroup.get(ValueLayout.JAVA_INT, 20) & COMPUTE_STAGE) == 0
                    || (subgroup.get(ValueLayout.JAVA_INT, 24) & SUBGROUP_OPERATIONS) != SUBGROUP_OPERATIONS) {
                return Optional.of(name + " lacks operations of subgroups in compute kernels");
            }
            int family = computeFamily(arena, handle);
            if (family < 0) {
                return Optional.of(name + " has no queue that computes");
            }
            MemorySegment memory = memory(arena, handle, MemorySegment.NULL);
            List<Integer> types = new ArrayList<>();
            for (int i = 0; i < memory.get(ValueLayout.JAVA_INT, 16); i++) {
                types.add(memory.get(ValueLayout.JAVA_INT, 16 + 4 + 8L * i));
            }
            List<String> extensions = extensions(arena, handle);
            int lanes = subgroup.get(ValueLayout.JAVA_INT, 16);
            boolean sized = extensions.contains(SubgroupSize.EXTENSION) && SubgroupSize.demandable(arena, handle, lanes);
            usable.add(new PhysicalDevice(handle, name, kind(properties.get(ValueLayout.JAVA_INT, 16 + 16)), api, lanes, sized,
                    maintenance.get(ValueLayout.JAVA_LONG, 24), localBytes(memory), extensions.contains("VK_EXT_memory_budget"), types, family));
            return Optional.empty();
        }
    }

    private static DeviceInfo.Kind kind(int type) {
        return switch (type) {
            case 1 -> DeviceInfo.Kind.INTEGRATED_GPU;
            case 2, 3 -> DeviceInfo.Kind.DISCRETE_GPU;
            default -> DeviceInfo.Kind.OTHER;
        };
    }

    private static Optional<String> missingFeature(Arena arena, MemorySegment handle) {
        Features features = new Features(arena, MemorySegment.NULL);
        MemorySegment found = arena.allocate(16 + 4 * 55, 8);
        header(found, FEATURES_2, features.first());
        InstanceCalls.getPhysicalDeviceFeatures2(handle, found);
        if (found.get(ValueLayout.JAVA_INT, 16 + 4L * Features.SHADER_INT_64) == 0) {
            return Optional.of("64-bit integers in kernels");
        }
        return features.missing();
    }

    static void header(MemorySegment struct, int type, MemorySegment next) {
        struct.set(ValueLayout.JAVA_INT, 0, type);
        struct.set(ValueLayout.ADDRESS, 8, next);
    }

    private static int computeFamily(Arena arena, MemorySegment handle) {
        MemorySegment count = arena.allocate(ValueLayout.JAVA_INT);
        InstanceCalls.getPhysicalDeviceQueueFamilyProperties(handle, count, MemorySegment.NULL);
        MemorySegment families = arena.allocate(24L * count.get(ValueLayout.JAVA_INT, 0), 8);
        InstanceCalls.getPhysicalDeviceQueueFamilyProperties(handle, count, families);
        int found = -1;
        for (int i = 0; i < count.get(ValueLayout.JAVA_INT, 0); i++) {
            if ((families.get(ValueLayout.JAVA_INT, 24L * i) & COMPUTE) != 0 && found < 0) {
                found = i;
            }
        }
        return found;
    }

    /** Reads heaps and types: the structure's own fields begin at 16, types at 20, heaps at 280. */
    private static MemorySegment memory(Arena arena, MemorySegment handle, MemorySegment next) {
        MemorySegment memory = arena.allocate(16 + 520, 8);
        header(memory, MEMORY_PROPERTIES_2, next);
        InstanceCalls.getPhysicalDeviceMemoryProperties2(handle, memory);
        return memory;
    }

    private static boolean localHeap(MemorySegment memory, int heap) {
        return (memory.get(ValueLayout.JAVA_INT, 16 + 264 + 16L * heap + 8) & LOCAL) != 0;
    }

    private static long localBytes(MemorySegment memory) {
        long bytes = 0;
        for (int i = 0; i < memory.get(ValueLayout.JAVA_INT, 16 + 260); i++) {
            bytes += localHeap(memory, i) ? memory.get(ValueLayout.JAVA_LONG, 16 + 264 + 16L * i) : 0;
        }
        return bytes;
    }

    /** Returns the bytes that the driver says are free for this process; only if it has a {@link #budget}. */
    long budgetBytes() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment budgets = arena.allocate(16 + 256, 8);
            header(budgets, MEMORY_BUDGET_PROPERTIES, MemorySegment.NULL);
            MemorySegment memory = memory(arena, handle, budgets);
            long free = 0;
            for (int i = 0; i < memory.get(ValueLayout.JAVA_INT, 16 + 260); i++) {
                if (localHeap(memory, i)) {
                    free += Math.max(0, budgets.get(ValueLayout.JAVA_LONG, 16 + 8L * i) - budgets.get(ValueLayout.JAVA_LONG, 144 + 8L * i));
                }
            }
            return free;
        }
    }

    private static List<String> extensions(Arena arena, MemorySegment handle) {
        MemorySegment count = arena.allocate(ValueLayout.JAVA_INT);
        if (InstanceCalls.enumerateDeviceExtensionProperties(handle, MemorySegment.NULL, count, MemorySegment.NULL) != VulkanResult.SUCCESS) {
            return List.of();
        }
        MemorySegment found = arena.allocate(260L * count.get(ValueLayout.JAVA_INT, 0), 4);
        InstanceCalls.enumerateDeviceExtensionProperties(handle, MemorySegment.NULL, count, found);
        List<String> names = new ArrayList<>();
        for (int i = 0; i < count.get(ValueLayout.JAVA_INT, 0); i++) {
            names.add(found.getString(260L * i));
        }
        return names;
    }

    /** Returns the version of Vulkan for people. */
    static String version(int api) {
        return (api >> 22) + "." + (api >> 12 & 0x3FF);
    }
}
