package dev.runtime.backend.metal.ffi;

import static java.lang.foreign.ValueLayout.ADDRESS;

import dev.runtime.api.ErrorCode;
import dev.runtime.api.RuntimeFailure;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.util.ArrayList;
import java.util.List;

/** What devices, buffers and libraries are asked. Calls that leave objects to a pool need one to be open. */
public final class DeviceCalls {
    /** {@code MTLGPUFamilyApple7}: the first Apple silicon of Macs; its workgroups' lanes are 32. */
    public static final long APPLE_7 = 1_007;
    /** {@code MTLGPUFamilyMetal3}: buffers have addresses. */
    public static final long METAL_3 = 5_001;

    private static final long LANGUAGE_3_0 = 3 << 16;
    private static final long SHARED = 0;
    private static final MethodHandle ALL_DEVICES = MetalLibrary.function("MTLCopyAllDevices", FunctionDescriptor.of(ADDRESS));

    private DeviceCalls() {}

    /** Returns the devices, which stay as long as the process. */
    public static List<MemorySegment> devices() {
        MemorySegment array;
        try {
            array = (MemorySegment) ALL_DEVICES.invokeExact();
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
        List<MemorySegment> devices = new ArrayList<>();
        if (array.address() != 0) {
            for (long i = 0; i < Messages.number(array, Selector.COUNT); i++) {
                devices.add(Messages.object(array, Selector.OBJECT_AT_INDEX, i));
            }
        }
        return devices;
    }

    /** Returns a device's name. */
    public static String name(MemorySegment device) {
        return text(Messages.object(device, Selector.NAME));
    }

    /** Tells whether a device belongs to a family. */
    public static boolean supports(MemorySegment device, long family) {
        return Messages.truth(device, Selector.SUPPORTS_FAMILY, family);
    }

    /** Returns the bytes that a device can use without paging. */
    public static long workingSet(MemorySegment device) {
        return Messages.number(device, Selector.WORKING_SET);
    }

    /** Returns the bytes that this process has allocated on a device. */
    public static long allocated(MemorySegment device) {
        return Messages.number(device, Selector.ALLOCATED);
    }

    /** Returns the most bytes of a buffer. */
    public static long largestBuffer(MemorySegment device) {
        return Messages.number(device, Selector.LARGEST_BUFFER);
    }

    /** Returns a new queue, or null for none. */
    public static MemorySegment queue(MemorySegment device) {
        return Messages.object(device, Selector.NEW_QUEUE);
    }

    /** Returns a new buffer in memory that processor and GPU share, or null if there is none left. */
    public static MemorySegment buffer(MemorySegment device, long bytes) {
        return Messages.object(device, Selector.NEW_BUFFER, bytes, SHARED);
    }

    /** Returns a buffer's memory, valid until it is released. */
    public static MemorySegment contents(MemorySegment buffer, long bytes, Arena arena) {
        // SAFETY: the buffer was made with so many bytes
        return Messages.object(buffer, Selector.CONTENTS).reinterpret(bytes, arena, null);
    }

    /** Returns the address of a buffer for kernels. */
    public static long address(MemorySegment buffer) {
        return Messages.number(buffer, Selector.GPU_ADDRESS);
    }

    /** Gives an object back. */
    public static void release(MemorySegment object) {
        Messages.send(object, Selector.RELEASE);
    }

    /**
     * Compiles a kernel with exact arithmetic. The caller releases it.
     *
     * @throws RuntimeFailure with {@code device.failed} and what the compiler says
     */
    public static MemorySegment pipeline(MemorySegment device, String source, String function) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment error = arena.allocate(ADDRESS);
            MemorySegment options = Messages.object(Messages.object(Messages.type("MTLCompileOptions"), Selector.ALLOC), Selector.INIT);
            Messages.send(options, Selector.SET_LANGUAGE, LANGUAGE_3_0);
            Messages.send(options, Selector.SET_FAST_MATH, false);
            MemorySegment library = Messages.object(device, Selector.NEW_LIBRARY, string(arena, source), options, error);
            release(options);
            made(library, error);
            try {
                MemorySegment kernel = made(Messages.object(library, Selector.NEW_FUNCTION, string(arena, function)), error);
                try {
                    return made(Messages.object(device, Selector.NEW_PIPELINE, kernel, error), error);
                } finally {
                    release(kernel);
                }
            } finally {
                release(library);
            }
        }
    }

    private static MemorySegment made(MemorySegment object, MemorySegment error) {
        if (object.address() == 0) {
            MemorySegment reason = error.get(ADDRESS, 0);
            throw new RuntimeFailure(ErrorCode.DEVICE_FAILED, "a kernel could not be compiled: "
                    + (reason.address() == 0 ? "it is missing" : text(Messages.object(reason, Selector.DESCRIPTION)))
                    + "; choose another device");
        }
        return object;
    }

    /** Returns the lanes that a compiled kernel's groups are made of. */
    public static long lanes(MemorySegment pipeline) {
        return Messages.number(pipeline, Selector.EXECUTION_WIDTH);
    }

    private static MemorySegment string(Arena arena, String text) {
        return Messages.object(Messages.type("NSString"), Selector.STRING, arena.allocateFrom(text));
    }

    /** Reads a string. */
    static String text(MemorySegment string) {
        MemorySegment bytes = string.address() == 0 ? MemorySegment.NULL : Messages.object(string, Selector.UTF8);
        // SAFETY: what UTF8String returns ends with a zero
        return bytes.address() == 0 ? "" : bytes.reinterpret(Long.MAX_VALUE).getString(0);
    }
}
