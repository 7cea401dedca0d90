package dev.runtime.backend.cuda.ffi;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** One call of a kernel with its arguments in place; allocates nothing when run. For one thread. */
public final class Launch {
    private final long function;
    private final int threads;
    private final int shared;
    private final MemorySegment values;
    private final MemorySegment pointers;

    /**
     * Creates a call.
     *
     * @param arena owns the arguments
     * @param file of kernels
     * @param threads of a block
     * @param shared bytes of dynamic shared memory
     * @param arguments pointers, integers, and floats as {@link #bits}
     */
    public Launch(Context context, Arena arena, String file, String kernel, int threads, int shared, long... arguments) {
        function = context.function(file, kernel, shared);
        this.threads = threads;
        this.shared = shared;
        values = arena.allocate(JAVA_LONG, arguments.length);
        pointers = arena.allocate(JAVA_LONG, arguments.length);
        for (int i = 0; i < arguments.length; i++) {
            values.setAtIndex(JAVA_LONG, i, arguments[i]);
            pointers.setAtIndex(JAVA_LONG, i, values.address() + 8L * i);
        }
    }

    /** Returns a float as an argument. */
    public static long bits(float value) {
        return Integer.toUnsignedLong(Float.floatToRawIntBits(value));
    }

    /** Changes an argument. */
    public void set(int index, long value) {
        values.setAtIndex(JAVA_LONG, index, value);
    }

    /** Starts the kernel; does nothing for an empty grid. */
    public void run(long stream, long gridX, int gridY, int gridZ) {
        if (gridX > 0 && gridY > 0 && gridZ > 0) {
            Driver.launch(function, Math.toIntExact(gridX), gridY, gridZ, threads, 1, 1, shared, stream, pointers.address(), 0);
        }
    }
}
