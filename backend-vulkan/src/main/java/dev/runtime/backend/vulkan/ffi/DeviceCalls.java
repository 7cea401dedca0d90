package dev.runtime.backend.vulkan.ffi;

import static dev.runtime.backend.vulkan.ffi.VulkanLibrary.handle;
import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/** Functions that make and end objects of a logical device, named as Vulkan names them. */
public final class DeviceCalls {
    private static final MethodHandle ALLOCATE_MEMORY = handle("vkAllocateMemory",
            FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS, ADDRESS, ADDRESS));
    private static final MethodHandle FREE_MEMORY = handle("vkFreeMemory",
            FunctionDescriptor.ofVoid(ADDRESS, JAVA_LONG, ADDRESS));
    private static final MethodHandle MAP_MEMORY = handle("vkMapMemory",
            FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_INT, ADDRESS));
    private static final MethodHandle CREATE_BUFFER = handle("vkCreateBuffer",
            FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS, ADDRESS, ADDRESS));
    private static final MethodHandle DESTROY_BUFFER = handle("vkDestroyBuffer",
            FunctionDescriptor.ofVoid(ADDRESS, JAVA_LONG, ADDRESS));
    private static final MethodHandle GET_BUFFER_MEMORY_REQUIREMENTS = handle("vkGetBufferMemoryRequirements",
            FunctionDescriptor.ofVoid(ADDRESS, JAVA_LONG, ADDRESS));
    private static final MethodHandle BIND_BUFFER_MEMORY = handle("vkBindBufferMemory",
            FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_LONG, JAVA_LONG, JAVA_LONG));
    private static final MethodHandle GET_BUFFER_DEVICE_ADDRESS = handle("vkGetBufferDeviceAddress",
            FunctionDescriptor.of(JAVA_LONG, ADDRESS, ADDRESS));
    private static final MethodHandle CREATE_SHADER_MODULE = handle("vkCreateShaderModule",
            FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS, ADDRESS, ADDRESS));
    private static final MethodHandle DESTROY_SHADER_MODULE = handle("vkDestroyShaderModule",
            FunctionDescriptor.ofVoid(ADDRESS, JAVA_LONG, ADDRESS));
    private static final MethodHandle CREATE_PIPELINE_LAYOUT = handle("vkCreatePipelineLayout",
            FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS, ADDRESS, ADDRESS));
    private static final MethodHandle DESTROY_PIPELINE_LAYOUT = handle("vkDestroyPipelineLayout",
            FunctionDescriptor.ofVoid(ADDRESS, JAVA_LONG, ADDRESS));
    private static final MethodHandle CREATE_COMPUTE_PIPELINES = handle("vkCreateComputePipelines",
            FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT, ADDRESS, ADDRESS, ADDRESS));
    private static final MethodHandle DESTROY_PIPELINE = handle("vkDestroyPipeline",
            FunctionDescriptor.ofVoid(ADDRESS, JAVA_LONG, ADDRESS));
    private static final MethodHandle CREATE_SEMAPHORE = handle("vkCreateSemaphore",
            FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS, ADDRESS, ADDRESS));
    private static final MethodHandle DESTROY_SEMAPHORE = handle("vkDestroySemaphore",
            FunctionDescriptor.ofVoid(ADDRESS, JAVA_LONG, ADDRESS));
    private static final MethodHandle WAIT_SEMAPHORES = handle("vkWaitSemaphores",
            FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS, JAVA_LONG));
    private static final MethodHandle CREATE_COMMAND_POOL = handle("vkCreateCommandPool",
            FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS, ADDRESS, ADDRESS));
    private static final MethodHandle DESTROY_COMMAND_POOL = handle("vkDestroyCommandPool",
            FunctionDescriptor.ofVoid(ADDRESS, JAVA_LONG, ADDRESS));
    private static final MethodHandle ALLOCATE_COMMAND_BUFFERS = handle("vkAllocateCommandBuffers",
            FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS, ADDRESS));
    private static final MethodHandle DEVICE_WAIT_IDLE = handle("vkDeviceWaitIdle",
            FunctionDescriptor.of(JAVA_INT, ADDRESS));

    private DeviceCalls() {}

    /** Allocates memory. */
    public static int allocateMemory(MemorySegment device, MemorySegment info, MemorySegment allocator, MemorySegment memory) {
        try {
            return (int) ALLOCATE_MEMORY.invokeExact(device, info, allocator, memory);
        } catch (Throwable e) {
            throw new IllegalStateException("vkAllocateMemory cannot be called", e);
        }
    }

    /** Frees memory. */
    public static void freeMemory(MemorySegment device, long memory, MemorySegment allocator) {
        try {
            FREE_MEMORY.invokeExact(device, memory, allocator);
        } catch (Throwable e) {
            throw new IllegalStateException("vkFreeMemory cannot be called", e);
        }
    }

    /** Makes memory visible to the host. */
    public static int mapMemory(MemorySegment device, long memory, long offset, long size, int flags, MemorySegment address) {
        try {
            return (int) MAP_MEMORY.invokeExact(device, memory, offset, size, flags, address);
        } catch (Throwable e) {
            throw new IllegalStateException("vkMapMemory cannot be called", e);
        }
    }

    /** Makes a buffer. */
    public static int createBuffer(MemorySegment device, MemorySegment info, MemorySegment allocator, MemorySegment buffer) {
        try {
            return (int) CREATE_BUFFER.invokeExact(device, info, allocator, buffer);
        } catch (Throwable e) {
            throw new IllegalStateException("vkCreateBuffer cannot be called", e);
        }
    }

    /** Ends a buffer. */
    public static void destroyBuffer(MemorySegment device, long buffer, MemorySegment allocator) {
        try {
            DESTROY_BUFFER.invokeExact(device, buffer, allocator);
        } catch (Throwable e) {
            throw new IllegalStateException("vkDestroyBuffer cannot be called", e);
        }
    }

    /** Tells which memory a buffer needs. */
    public static void getBufferMemoryRequirements(MemorySegment device, long buffer, MemorySegment requirements) {
        try {
            GET_BUFFER_MEMORY_REQUIREMENTS.invokeExact(device, buffer, requirements);
        } catch (Throwable e) {
            throw new IllegalStateException("vkGetBufferMemoryRequirements cannot be called", e);
        }
    }

    /** Gives a buffer its memory. */
    public static int bindBufferMemory(MemorySegment device, long buffer, long memory, long offset) {
        try {
            return (int) BIND_BUFFER_MEMORY.invokeExact(device, buffer, memory, offset);
        } catch (Throwable e) {
            throw new IllegalStateException("vkBindBufferMemory cannot be called", e);
        }
    }

    /** Returns the address of a buffer for kernels. */
    public static long getBufferDeviceAddress(MemorySegment device, MemorySegment info) {
        try {
            return (long) GET_BUFFER_DEVICE_ADDRESS.invokeExact(device, info);
        } catch (Throwable e) {
            throw new IllegalStateException("vkGetBufferDeviceAddress cannot be called", e);
        }
    }

    /** Takes SPIR-V. */
    public static int createShaderModule(MemorySegment device, MemorySegment info, MemorySegment allocator, MemorySegment module) {
        try {
            return (int) CREATE_SHADER_MODULE.invokeExact(device, info, allocator, module);
        } catch (Throwable e) {
            throw new IllegalStateException("vkCreateShaderModule cannot be called", e);
        }
    }

    /** Ends a shader module. */
    public static void destroyShaderModule(MemorySegment device, long module, MemorySegment allocator) {
        try {
            DESTROY_SHADER_MODULE.invokeExact(device, module, allocator);
        } catch (Throwable e) {
            throw new IllegalStateException("vkDestroyShaderModule cannot be called", e);
        }
    }

    /** Makes the layout of arguments. */
    public static int createPipelineLayout(MemorySegment device, MemorySegment info, MemorySegment allocator, MemorySegment layout) {
        try {
            return (int) CREATE_PIPELINE_LAYOUT.invokeExact(device, info, allocator, layout);
        } catch (Throwable e) {
            throw new IllegalStateException("vkCreatePipelineLayout cannot be called", e);
        }
    }

    /** Ends a layout. */
    public static void destroyPipelineLayout(MemorySegment device, long layout, MemorySegment allocator) {
        try {
            DESTROY_PIPELINE_LAYOUT.invokeExact(device, layout, allocator);
        } catch (Throwable e) {
            throw new IllegalStateException("vkDestroyPipelineLayout cannot be called", e);
        }
    }

    /** Compiles kernels for the device. */
    public static int createComputePipelines(MemorySegment device, long cache, int count,
            MemorySegment infos, MemorySegment allocator, MemorySegment pipelines) {
        try {
            return (int) CREATE_COMPUTE_PIPELINES.invokeExact(device, cache, count, infos, allocator, pipelines);
        } catch (Throwable e) {
            throw new IllegalStateException("vkCreateComputePipelines cannot be called", e);
        }
    }

    /** Ends a pipeline. */
    public static void destroyPipeline(MemorySegment device, long pipeline, MemorySegment allocator) {
        try {
            DESTROY_PIPELINE.invokeExact(device, pipeline, allocator);
        } catch (Throwable e) {
            throw new IllegalStateException("vkDestroyPipeline cannot be called", e);
        }
    }

    /** Makes a semaphore. */
    public static int createSemaphore(MemorySegment device, MemorySegment info, MemorySegment allocator, MemorySegment semaphore) {
        try {
            return (int) CREATE_SEMAPHORE.invokeExact(device, info, allocator, semaphore);
        } catch (Throwable e) {
            throw new IllegalStateException("vkCreateSemaphore cannot be called", e);
        }
    }

    /** Ends a semaphore. */
    public static void destroySemaphore(MemorySegment device, long semaphore, MemorySegment allocator) {
        try {
            DESTROY_SEMAPHORE.invokeExact(device, semaphore, allocator);
        } catch (Throwable e) {
            throw new IllegalStateException("vkDestroySemaphore cannot be called", e);
        }
    }

    /** Waits for values of semaphores, so many nanoseconds. */
    public static int waitSemaphores(MemorySegment device, MemorySegment info, long timeout) {
        try {
            return (int) WAIT_SEMAPHORES.invokeExact(device, info, timeout);
        } catch (Throwable e) {
            throw new IllegalStateException("vkWaitSemaphores cannot be called", e);
        }
    }

    /** Makes a pool of command buffers. */
    public static int createCommandPool(MemorySegment device, MemorySegment info, MemorySegment allocator, MemorySegment pool) {
        try {
            return (int) CREATE_COMMAND_POOL.invokeExact(device, info, allocator, pool);
        } catch (Throwable e) {
            throw new IllegalStateException("vkCreateCommandPool cannot be called", e);
        }
    }

    /** Ends a pool with its command buffers. */
    public static void destroyCommandPool(MemorySegment device, long pool, MemorySegment allocator) {
        try {
            DESTROY_COMMAND_POOL.invokeExact(device, pool, allocator);
        } catch (Throwable e) {
            throw new IllegalStateException("vkDestroyCommandPool cannot be called", e);
        }
    }

    /** Takes command buffers from a pool. */
    public static int allocateCommandBuffers(MemorySegment device, MemorySegment info, MemorySegment buffers) {
        try {
            return (int) ALLOCATE_COMMAND_BUFFERS.invokeExact(device, info, buffers);
        } catch (Throwable e) {
            throw new IllegalStateException("vkAllocateCommandBuffers cannot be called", e);
        }
    }

    /** Waits until nothing runs. */
    public static int deviceWaitIdle(MemorySegment device) {
        try {
            return (int) DEVICE_WAIT_IDLE.invokeExact(device);
        } catch (Throwable e) {
            throw new IllegalStateException("vkDeviceWaitIdle cannot be called", e);
        }
    }
}
