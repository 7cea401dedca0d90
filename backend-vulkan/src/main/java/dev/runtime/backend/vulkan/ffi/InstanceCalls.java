package dev.runtime.backend.vulkan.ffi;

import static dev.runtime.backend.vulkan.ffi.VulkanLibrary.handle;
import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/** Functions of the instance and of physical devices, named as Vulkan names them. For use if {@link VulkanLibrary#present}. */
public final class InstanceCalls {
    private static final MethodHandle CREATE_INSTANCE = handle("vkCreateInstance",
            FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS, ADDRESS));
    private static final MethodHandle DESTROY_INSTANCE = handle("vkDestroyInstance",
            FunctionDescriptor.ofVoid(ADDRESS, ADDRESS));
    private static final MethodHandle ENUMERATE_PHYSICAL_DEVICES = handle("vkEnumeratePhysicalDevices",
            FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS, ADDRESS));
    private static final MethodHandle GET_PHYSICAL_DEVICE_PROPERTIES2 = handle("vkGetPhysicalDeviceProperties2",
            FunctionDescriptor.ofVoid(ADDRESS, ADDRESS));
    private static final MethodHandle GET_PHYSICAL_DEVICE_FEATURES2 = handle("vkGetPhysicalDeviceFeatures2",
            FunctionDescriptor.ofVoid(ADDRESS, ADDRESS));
    private static final MethodHandle GET_PHYSICAL_DEVICE_MEMORY_PROPERTIES2 = handle("vkGetPhysicalDeviceMemoryProperties2",
            FunctionDescriptor.ofVoid(ADDRESS, ADDRESS));
    private static final MethodHandle GET_PHYSICAL_DEVICE_QUEUE_FAMILY_PROPERTIES = handle("vkGetPhysicalDeviceQueueFamilyProperties",
            FunctionDescriptor.ofVoid(ADDRESS, ADDRESS, ADDRESS));
    private static final MethodHandle ENUMERATE_DEVICE_EXTENSION_PROPERTIES = handle("vkEnumerateDeviceExtensionProperties",
            FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS, ADDRESS, ADDRESS));
    private static final MethodHandle CREATE_DEVICE = handle("vkCreateDevice",
            FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS, ADDRESS, ADDRESS));
    private static final MethodHandle DESTROY_DEVICE = handle("vkDestroyDevice",
            FunctionDescriptor.ofVoid(ADDRESS, ADDRESS));
    private static final MethodHandle GET_DEVICE_QUEUE = handle("vkGetDeviceQueue",
            FunctionDescriptor.ofVoid(ADDRESS, JAVA_INT, JAVA_INT, ADDRESS));

    private InstanceCalls() {}

    /** Makes an instance. */
    public static int createInstance(MemorySegment info, MemorySegment allocator, MemorySegment instance) {
        try {
            return (int) CREATE_INSTANCE.invokeExact(info, allocator, instance);
        } catch (Throwable e) {
            throw new IllegalStateException("vkCreateInstance cannot be called", e);
        }
    }

    /** Ends an instance. */
    public static void destroyInstance(MemorySegment instance, MemorySegment allocator) {
        try {
            DESTROY_INSTANCE.invokeExact(instance, allocator);
        } catch (Throwable e) {
            throw new IllegalStateException("vkDestroyInstance cannot be called", e);
        }
    }

    /** Counts or lists the devices. */
    public static int enumeratePhysicalDevices(MemorySegment instance, MemorySegment count, MemorySegment devices) {
        try {
            return (int) ENUMERATE_PHYSICAL_DEVICES.invokeExact(instance, count, devices);
        } catch (Throwable e) {
            throw new IllegalStateException("vkEnumeratePhysicalDevices cannot be called", e);
        }
    }

    /** Reads limits and names. */
    public static void getPhysicalDeviceProperties2(MemorySegment device, MemorySegment properties) {
        try {
            GET_PHYSICAL_DEVICE_PROPERTIES2.invokeExact(device, properties);
        } catch (Throwable e) {
            throw new IllegalStateException("vkGetPhysicalDeviceProperties2 cannot be called", e);
        }
    }

    /** Reads what the device can do. */
    public static void getPhysicalDeviceFeatures2(MemorySegment device, MemorySegment features) {
        try {
            GET_PHYSICAL_DEVICE_FEATURES2.invokeExact(device, features);
        } catch (Throwable e) {
            throw new IllegalStateException("vkGetPhysicalDeviceFeatures2 cannot be called", e);
        }
    }

    /** Reads heaps and types of memory. */
    public static void getPhysicalDeviceMemoryProperties2(MemorySegment device, MemorySegment properties) {
        try {
            GET_PHYSICAL_DEVICE_MEMORY_PROPERTIES2.invokeExact(device, properties);
        } catch (Throwable e) {
            throw new IllegalStateException("vkGetPhysicalDeviceMemoryProperties2 cannot be called", e);
        }
    }

    /** Counts or lists the kinds of queues. */
    public static void getPhysicalDeviceQueueFamilyProperties(MemorySegment device, MemorySegment count, MemorySegment families) {
        try {
            GET_PHYSICAL_DEVICE_QUEUE_FAMILY_PROPERTIES.invokeExact(device, count, families);
        } catch (Throwable e) {
            throw new IllegalStateException("vkGetPhysicalDeviceQueueFamilyProperties cannot be called", e);
        }
    }

    /** Counts or lists extensions. */
    public static int enumerateDeviceExtensionProperties(MemorySegment device, MemorySegment layer,
            MemorySegment count, MemorySegment extensions) {
        try {
            return (int) ENUMERATE_DEVICE_EXTENSION_PROPERTIES.invokeExact(device, layer, count, extensions);
        } catch (Throwable e) {
            throw new IllegalStateException("vkEnumerateDeviceExtensionProperties cannot be called", e);
        }
    }

    /** Makes a logical device. */
    public static int createDevice(MemorySegment physical, MemorySegment info, MemorySegment allocator, MemorySegment device) {
        try {
            return (int) CREATE_DEVICE.invokeExact(physical, info, allocator, device);
        } catch (Throwable e) {
            throw new IllegalStateException("vkCreateDevice cannot be called", e);
        }
    }

    /** Ends a logical device. */
    public static void destroyDevice(MemorySegment device, MemorySegment allocator) {
        try {
            DESTROY_DEVICE.invokeExact(device, allocator);
        } catch (Throwable e) {
            throw new IllegalStateException("vkDestroyDevice cannot be called", e);
        }
    }

    /** Returns a queue. */
    public static void getDeviceQueue(MemorySegment device, int family, int index, MemorySegment queue) {
        try {
            GET_DEVICE_QUEUE.invokeExact(device, family, index, queue);
        } catch (Throwable e) {
            throw new IllegalStateException("vkGetDeviceQueue cannot be called", e);
        }
    }
}
