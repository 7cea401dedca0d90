package dev.runtime.backend.cpu.vector;

import dev.runtime.backend.cpu.kernels.Matrix;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;

/**
 * A kernel that the JIT compiles on its own, never into its caller. The compiler stops inlining when a method has grown to 18000 nodes, and
 * keeps the vectors of what it did not inline on the heap; so every kernel needs a budget of its own, whatever else its caller calls.
 * {@code -XX:+LogCompilation} tells: an operation on vectors, their load or store takes 400 to 500, a load of one number from all memory 650, and
 * the body of a do-while loop counts twice. A call through a method handle that is no constant cannot be inlined and costs a few ns.
 */
final class Leaf {
    private static final MethodType TYPE = MethodType.methodType(void.class, Matrix.class, int.class, int.class, long.class, long.class,
            int.class, long.class, long.class, long.class);

    // neither static nor final: the compiler would see through a constant
    private MethodHandle handle;

    private Leaf(MethodHandle handle) {
        this.handle = handle;
    }

    /** Returns the kernel that a static method of {@link RowProduct} is; its parameters are those of {@link #run}. */
    static Leaf of(String method) {
        return new Leaf(handle(RowProduct.lookup(), method, TYPE));
    }

    /** Returns a static method of the class that looks it up; kept in a field that is not final, it makes a kernel of its own. */
    static MethodHandle handle(MethodHandles.Lookup lookup, String method, MethodType type) {
        try {
            return lookup.findStatic(lookup.lookupClass(), method, type);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("no kernel " + lookup.lookupClass().getName() + "." + method, e);
        }
    }

    /**
     * Multiplies rows {@code [from, to)} of a matrix with all columns.
     *
     * @param x the first column
     * @param step bytes from a column of x to the next
     * @param y of row 0 and the first column
     * @param stride bytes from a column of y to the next
     */
    void run(Matrix w, int from, int to, long x, long step, int columns, long y, long stride, long scratch) {
        try {
            handle.invokeExact(w, from, to, x, step, columns, y, stride, scratch);
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }
}
