package dev.runtime.backend.metal.ffi;

import dev.runtime.api.ErrorCode;
import dev.runtime.api.RuntimeFailure;
import java.lang.foreign.Arena;
import java.lang.foreign.MemoryLayout.PathElement;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.VarHandle;

/** What command buffers and encoders are told. A pool must be open; nothing is allocated on the Java heap. */
public final class CommandCalls {
    private static final VarHandle WIDTH = Messages.SIZE.varHandle(PathElement.groupElement("width"));
    private static final VarHandle HEIGHT = Messages.SIZE.varHandle(PathElement.groupElement("height"));
    private static final VarHandle DEPTH = Messages.SIZE.varHandle(PathElement.groupElement("depth"));

    /** {@code MTLDispatchTypeConcurrent}: only barriers order dispatches. */
    private static final long CONCURRENT = 1;
    /** {@code MTLBarrierScopeBuffers}. */
    private static final long BUFFERS = 1;
    /** {@code MTLResourceUsageRead | MTLResourceUsageWrite}. */
    private static final long READ_AND_WRITE = 3;
    /** {@code MTLCommandBufferStatusError}. */
    private static final long FAILED = 5;
    /** {@code MTLCommandBufferErrorOutOfMemory}. */
    private static final long OUT_OF_MEMORY = 8;

    private CommandCalls() {}

    /** Returns memory for an {@code MTLSize}. */
    public static MemorySegment size(Arena arena, long width, long height, long depth) {
        MemorySegment size = arena.allocate(Messages.SIZE);
        set(size, width, height, depth);
        return size;
    }

    private static void set(MemorySegment size, long width, long height, long depth) {
        WIDTH.set(size, 0L, width);
        HEIGHT.set(size, 0L, height);
        DEPTH.set(size, 0L, depth);
    }

    /** Returns a command buffer of a queue; it belongs to the pool. */
    public static MemorySegment commands(MemorySegment queue) {
        return Messages.object(queue, Selector.COMMAND_BUFFER);
    }

    /** Returns an encoder, which must be ended; it belongs to the pool. */
    public static MemorySegment encoder(MemorySegment commands) {
        return Messages.object(commands, Selector.ENCODER, CONCURRENT);
    }

    /** Declares the buffers that kernels reach by address: {@code count} pointers. */
    public static void use(MemorySegment encoder, MemorySegment buffers, long count) {
        Messages.send(encoder, Selector.USE_RESOURCES, buffers, count, READ_AND_WRITE);
    }

    /** Sets the kernel of the next dispatches. */
    public static void kernel(MemorySegment encoder, MemorySegment pipeline) {
        Messages.send(encoder, Selector.SET_PIPELINE, pipeline);
    }

    /** Sets the arguments of the next dispatch, which are copied. */
    public static void arguments(MemorySegment encoder, MemorySegment bytes, long length) {
        Messages.send(encoder, Selector.SET_BYTES, bytes, length, 0);
    }

    /** Dispatches groups; {@code groups} is memory for their number, {@code lanes} the size of each. */
    public static void dispatch(MemorySegment encoder, MemorySegment groups, int x, int y, int z, MemorySegment lanes) {
        set(groups, x, y, z);
        Messages.sendSizes(encoder, Selector.DISPATCH, groups, lanes);
    }

    /** Orders what comes after those so far. */
    public static void barrier(MemorySegment encoder) {
        Messages.send(encoder, Selector.BARRIER, BUFFERS);
    }

    /** Ends an encoder. */
    public static void end(MemorySegment encoder) {
        Messages.send(encoder, Selector.END_ENCODING);
    }

    /**
     * Runs commands to their end.
     *
     * @throws RuntimeFailure with {@code device.out_of_memory} or {@code device.failed}
     */
    public static void run(MemorySegment commands) {
        Messages.send(commands, Selector.COMMIT);
        Messages.send(commands, Selector.WAIT);
        if (Messages.number(commands, Selector.STATUS) == FAILED) {
            MemorySegment error = Messages.object(commands, Selector.ERROR);
            boolean memory = error.address() != 0 && Messages.number(error, Selector.CODE) == OUT_OF_MEMORY;
            String reason = error.address() == 0 ? "no reason is given" : DeviceCalls.text(Messages.object(error, Selector.DESCRIPTION));
            throw memory
                    ? new RuntimeFailure(ErrorCode.OUT_OF_MEMORY, "the memory of the GPU is used up (" + reason
                            + "); use a shorter context, a smaller batch or a smaller model")
                    : new RuntimeFailure(ErrorCode.DEVICE_FAILED, "the GPU failed in a step: " + reason
                            + "; the model is loaded again for the next request");
        }
    }
}
