package dev.runtime.backend.cpu.ffi;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/**
 * The functions of the library. Addresses travel as numbers. Short ones are called without the thread's state for the collector
 * ("critical"), which would make it wait for long ones.
 *
 * <p>The handles are constants, so that the JIT compiles calls in place: hence one library and level a JVM.
 */
final class NativeCalls {
    /** The library and level of this JVM; set by {@link NativeKernels#create} before this class is initialised. */
    static final NativeLibrary LIBRARY = NativeKernels.library();

    private static final MethodHandle PRODUCT = handle("product", null, product());
    private static final MethodHandle SHORT_PRODUCT = handle("product", null, product(), Linker.Option.critical(false));
    private static final MethodHandle SCRATCH = handle("product_scratch", JAVA_LONG, layouts(JAVA_LONG));
    private static final MethodHandle COLUMN = handle("column_bytes", JAVA_LONG, layouts(JAVA_INT));
    private static final MethodHandle PREPARE = handle("prepare", null, layouts(JAVA_INT, JAVA_LONG, JAVA_INT, JAVA_LONG),
            Linker.Option.critical(false));

    private NativeCalls() {}

    private static MemoryLayout[] product() {
        return layouts(JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_LONG);
    }

    private static MemoryLayout[] layouts(MemoryLayout... layouts) {
        return layouts;
    }

    private static MethodHandle handle(String name, ValueLayout result, MemoryLayout[] arguments, Linker.Option... options) {
        FunctionDescriptor type = result == null ? FunctionDescriptor.ofVoid(arguments) : FunctionDescriptor.of(result, arguments);
        return Linker.nativeLinker().downcallHandle(LIBRARY.symbols().findOrThrow(name + "_" + LIBRARY.level()), type, options);
    }

    /** Multiplies; {@code brief} if it takes some microseconds at most. */
    static void product(boolean brief, int type, long w, long rowBytes, int in, int from, int to, long x, int columns, long y, long stride,
            long scratch) {
        try {
            if (brief) {
                SHORT_PRODUCT.invokeExact(type, w, rowBytes, in, from, to, x, columns, y, stride, scratch);
            } else {
                PRODUCT.invokeExact(type, w, rowBytes, in, from, to, x, columns, y, stride, scratch);
            }
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }

    /** Returns the bytes of scratch of a product. */
    static long productScratch(long columns) {
        try {
            return (long) SCRATCH.invokeExact(columns);
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }

    /** Returns the bytes of a prepared column. */
    static long columnBytes(int width) {
        try {
            return (long) COLUMN.invokeExact(width);
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }

    /** Prepares a column in blocks of 32 or 256. */
    static void prepare(int block, long x, int width, long column) {
        try {
            PREPARE.invokeExact(block, x, width, column);
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }
}
