package dev.runtime.backend.vulkan.ffi;

import static dev.runtime.backend.vulkan.ffi.VulkanLibrary.handle;
import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/** Functions that fill and submit command buffers, named as Vulkan names them. */
public final class CommandCalls {
    private static final MethodHandle BEGIN_COMMAND_BUFFER = handle("vkBeginCommandBuffer",
            FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS));
    private static final MethodHandle END_COMMAND_BUFFER = handle("vkEndCommandBuffer",
            FunctionDescriptor.of(JAVA_INT, ADDRESS));
    private static final MethodHandle CMD_BIND_PIPELINE = handle("vkCmdBindPipeline",
            FunctionDescriptor.ofVoid(ADDRESS, JAVA_INT, JAVA_LONG));
    private static final MethodHandle CMD_PUSH_CONSTANTS = handle("vkCmdPushConstants",
            FunctionDescriptor.ofVoid(ADDRESS, JAVA_LONG, JAVA_INT, JAVA_INT, JAVA_INT, ADDRESS));
    private static final MethodHandle CMD_DISPATCH = handle("vkCmdDispatch",
            FunctionDescriptor.ofVoid(ADDRESS, JAVA_INT, JAVA_INT, JAVA_INT));
    private static final MethodHandle CMD_PIPELINE_BARRIER = handle("vkCmdPipelineBarrier",
            FunctionDescriptor.ofVoid(ADDRESS, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT, ADDRESS, JAVA_INT, ADDRESS));
    private static final MethodHandle CMD_COPY_BUFFER = handle("vkCmdCopyBuffer",
            FunctionDescriptor.ofVoid(ADDRESS, JAVA_LONG, JAVA_LONG, JAVA_INT, ADDRESS));
    private static final MethodHandle CMD_FILL_BUFFER = handle("vkCmdFillBuffer",
            FunctionDescriptor.ofVoid(ADDRESS, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_INT));
    private static final MethodHandle QUEUE_SUBMIT = handle("vkQueueSubmit",
            FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_INT, ADDRESS, JAVA_LONG));

    private CommandCalls() {}

    /** Empties a command buffer and begins it. */
    public static int beginCommandBuffer(MemorySegment commands, MemorySegment info) {
        try {
            return (int) BEGIN_COMMAND_BUFFER.invokeExact(commands, info);
        } catch (Throwable e) {
            throw new IllegalStateException("vkBeginCommandBuffer cannot be called", e);
        }
    }

    /** Ends a command buffer. */
    public static int endCommandBuffer(MemorySegment commands) {
        try {
            return (int) END_COMMAND_BUFFER.invokeExact(commands);
        } catch (Throwable e) {
            throw new IllegalStateException("vkEndCommandBuffer cannot be called", e);
        }
    }

    /** Chooses the kernel. */
    public static void cmdBindPipeline(MemorySegment commands, int point, long pipeline) {
        try {
            CMD_BIND_PIPELINE.invokeExact(commands, point, pipeline);
        } catch (Throwable e) {
            throw new IllegalStateException("vkCmdBindPipeline cannot be called", e);
        }
    }

    /** Sets the arguments. */
    public static void cmdPushConstants(MemorySegment commands, long layout, int stages, int offset, int size, MemorySegment values) {
        try {
            CMD_PUSH_CONSTANTS.invokeExact(commands, layout, stages, offset, size, values);
        } catch (Throwable e) {
            throw new IllegalStateException("vkCmdPushConstants cannot be called", e);
        }
    }

    /** Runs workgroups. */
    public static void cmdDispatch(MemorySegment commands, int x, int y, int z) {
        try {
            CMD_DISPATCH.invokeExact(commands, x, y, z);
        } catch (Throwable e) {
            throw new IllegalStateException("vkCmdDispatch cannot be called", e);
        }
    }

    /** Orders memory accesses. */
    public static void cmdPipelineBarrier(MemorySegment commands, int sources, int targets, int flags, int memoryCount,
            MemorySegment memories, int bufferCount, MemorySegment buffers, int imageCount, MemorySegment images) {
        try {
            CMD_PIPELINE_BARRIER.invokeExact(commands, sources, targets, flags, memoryCount, memories, bufferCount, buffers, imageCount, images);
        } catch (Throwable e) {
            throw new IllegalStateException("vkCmdPipelineBarrier cannot be called", e);
        }
    }

    /** Copies between buffers. */
    public static void cmdCopyBuffer(MemorySegment commands, long source, long target, int count, MemorySegment regions) {
        try {
            CMD_COPY_BUFFER.invokeExact(commands, source, target, count, regions);
        } catch (Throwable e) {
            throw new IllegalStateException("vkCmdCopyBuffer cannot be called", e);
        }
    }

    /** Fills a buffer. */
    public static void cmdFillBuffer(MemorySegment commands, long buffer, long offset, long size, int word) {
        try {
            CMD_FILL_BUFFER.invokeExact(commands, buffer, offset, size, word);
        } catch (Throwable e) {
            throw new IllegalStateException("vkCmdFillBuffer cannot be called", e);
        }
    }

    /** Starts command buffers. */
    public static int queueSubmit(MemorySegment queue, int count, MemorySegment submits, long fence) {
        try {
            return (int) QUEUE_SUBMIT.invokeExact(queue, count, submits, fence);
        } catch (Throwable e) {
            throw new IllegalStateException("vkQueueSubmit cannot be called", e);
        }
    }
}
