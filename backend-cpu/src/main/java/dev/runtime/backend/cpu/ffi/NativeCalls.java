package dev.runtime.backend.cpu.ffi;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
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
    private static final MethodHandle PACKED_BYTES = handle("packed_bytes", JAVA_LONG, layouts(JAVA_INT, JAVA_INT, JAVA_LONG));
    private static final MethodHandle PACK =
            handle("pack", null, layouts(JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_LONG));
    private static final MethodHandle PREPARE = brief("prepare", JAVA_INT, JAVA_LONG, JAVA_INT, JAVA_LONG);
    private static final MethodHandle FETCH = brief("fetch", JAVA_LONG, JAVA_LONG);
    private static final MethodHandle RMS_NORM = brief("rms_norm", JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_INT, JAVA_FLOAT);
    private static final MethodHandle LAYER_NORM = brief("layer_norm", JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_INT, JAVA_FLOAT);
    private static final MethodHandle ACTIVATE = brief("activate", JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_INT);
    private static final MethodHandle GATE = brief("gate", JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_INT);
    private static final MethodHandle SOFT_CAP = brief("soft_cap", JAVA_LONG, JAVA_FLOAT, JAVA_LONG, JAVA_INT);
    private static final MethodHandle ADD = brief("add", JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_INT);
    private static final MethodHandle MULTIPLY = brief("multiply", JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_INT);
    private static final MethodHandle SCALE = brief("scale", JAVA_LONG, JAVA_FLOAT, JAVA_LONG, JAVA_INT);
    private static final MethodHandle ACCUMULATE = brief("accumulate", JAVA_LONG, JAVA_FLOAT, JAVA_LONG, JAVA_INT);
    private static final MethodHandle HALVES = brief("halves", JAVA_LONG, JAVA_LONG, JAVA_INT);
    private static final MethodHandle ATTENTION_SCRATCH = handle("attention_scratch", JAVA_LONG, layouts(JAVA_INT, JAVA_INT, JAVA_INT));
    private static final MethodHandle ATTEND = brief("attend", JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG,
            JAVA_LONG);

    private NativeCalls() {}

    private static MemoryLayout[] product() {
        return layouts(JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_LONG);
    }

    private static MemoryLayout[] layouts(MemoryLayout... layouts) {
        return layouts;
    }

    private static MethodHandle brief(String name, MemoryLayout... arguments) {
        return handle(name, null, arguments, Linker.Option.critical(false));
    }

    private static MethodHandle handle(String name, ValueLayout result, MemoryLayout[] arguments, Linker.Option... options) {
        FunctionDescriptor type = result == null ? FunctionDescriptor.ofVoid(arguments) : FunctionDescriptor.of(result, arguments);
        return Linker.nativeLinker().downcallHandle(LIBRARY.symbols().findOrThrow(name + "_" + LIBRARY.level()), type, options);
    }

    /** Returns the bytes of a packed matrix; 0 if there is no such order. */
    static long packedBytes(int type, int in, long rows) {
        try {
            return (long) PACKED_BYTES.invokeExact(type, in, rows);
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }

    /** Packs rows. */
    static void pack(int type, long w, long rowBytes, int in, int from, int to, long packed) {
        try {
            PACK.invokeExact(type, w, rowBytes, in, from, to, packed);
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }

    /** Multiplies; {@code brief} if it takes some microseconds at most. */
    static void product(boolean brief, int type, long w, long packed, long rowBytes, int in, int from, int to, long x, int columns, long y,
            long stride, long scratch) {
        try {
            if (brief) {
                SHORT_PRODUCT.invokeExact(type, w, packed, rowBytes, in, from, to, x, columns, y, stride, scratch);
            } else {
                PRODUCT.invokeExact(type, w, packed, rowBytes, in, from, to, x, columns, y, stride, scratch);
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

    static void fetch(long address, long bytes) {
        try {
            FETCH.invokeExact(address, bytes);
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }

    static void rmsNorm(long x, long weight, long y, int n, float epsilon) {
        try {
            RMS_NORM.invokeExact(x, weight, y, n, epsilon);
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }

    static void layerNorm(long x, long weight, long bias, long y, int n, float epsilon) {
        try {
            LAYER_NORM.invokeExact(x, weight, bias, y, n, epsilon);
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }

    static void activate(int function, long x, long y, int n) {
        try {
            ACTIVATE.invokeExact(function, x, y, n);
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }

    static void gate(int function, long gate, long up, long y, int n) {
        try {
            GATE.invokeExact(function, gate, up, y, n);
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }

    static void softCap(long x, float cap, long y, int n) {
        try {
            SOFT_CAP.invokeExact(x, cap, y, n);
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }

    static void add(long a, long b, long y, int n) {
        try {
            ADD.invokeExact(a, b, y, n);
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }

    static void multiply(long a, long b, long y, int n) {
        try {
            MULTIPLY.invokeExact(a, b, y, n);
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }

    static void halves(long x, int n, long y) {
        try {
            HALVES.invokeExact(x, y, n);
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }

    static void scale(long x, float factor, long y, int n) {
        try {
            SCALE.invokeExact(x, factor, y, n);
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }

    static void accumulate(long x, float factor, long y, int n) {
        try {
            ACCUMULATE.invokeExact(x, factor, y, n);
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }

    /** Returns the bytes of scratch of an attention. */
    static long attentionScratch(int keySize, int valueSize, int group) {
        try {
            return (long) ATTENTION_SCRATCH.invokeExact(keySize, valueSize, group);
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }

    /** Attends to a run of positions; the first two are addresses of structures. */
    static void attend(long attention, long sight, long keys, long values, long q, long y, long states, long scratch) {
        try {
            ATTEND.invokeExact(attention, sight, keys, values, q, y, states, scratch);
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }
}
