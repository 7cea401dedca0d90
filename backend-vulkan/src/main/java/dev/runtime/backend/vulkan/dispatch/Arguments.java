package dev.runtime.backend.vulkan.dispatch;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** The arguments of one dispatch, as the kernel's table lists them. Mutable and made for reuse; for one thread. */
public final class Arguments {
    /** The most bytes of arguments that every device takes. */
    public static final int LIMIT = 128;

    private final MemorySegment memory;
    private Kernel kernel = Kernel.LINEAR;
    private int end;

    /** Allocates. */
    public Arguments(Arena arena) {
        memory = arena.allocate(LIMIT, 8);
    }

    /** Begins the arguments of a kernel with its addresses. */
    Arguments of(Kernel next, long... addresses) {
        require(addresses.length == next.addresses().size(), next + " takes addresses " + next.addresses());
        kernel = next;
        end = 0;
        for (long address : addresses) {
            memory.set(ValueLayout.JAVA_LONG, end, address);
            end += 8;
        }
        return this;
    }

    /** Adds the integers. */
    Arguments integers(int... values) {
        require(values.length == kernel.integers().size(), kernel + " takes integers " + kernel.integers());
        for (int value : values) {
            memory.set(ValueLayout.JAVA_INT, end, value);
            end += 4;
        }
        return this;
    }

    /** Adds the floats. */
    Arguments floats(float... values) {
        require(values.length == kernel.floats().size(), kernel + " takes floats " + kernel.floats());
        for (float value : values) {
            memory.set(ValueLayout.JAVA_FLOAT, end, value);
            end += 4;
        }
        return this;
    }

    /** Returns the bytes. */
    public MemorySegment bytes() {
        require(end == kernel.bytes(), kernel + " has " + end + " of " + kernel.bytes() + " bytes of arguments");
        return memory.asSlice(0, end);
    }

    private static void require(boolean condition, String message) {
        if (!condition) {
            throw new IllegalArgumentException(message);
        }
    }
}
