package dev.runtime.backend.cpu.kernels;

import dev.runtime.api.model.TensorType;

/**
 * A matrix {@code [in, rows]} as the file has it, one row after the other, and possibly a copy in the order that kernels want.
 *
 * @param type the element type
 * @param address of the first row
 * @param in elements of a row
 * @param rows number of rows
 * @param rowBytes bytes of a row
 * @param packed address of the copy that {@link Kernels#pack} made, or 0
 */
public record Matrix(TensorType type, long address, int in, int rows, long rowBytes, long packed) {
    /** Creates a matrix without a copy. */
    public Matrix(TensorType type, long address, int in, int rows, long rowBytes) {
        this(type, address, in, rows, rowBytes, 0);
    }

    /** Returns the same with a copy. */
    public Matrix withPacked(long copy) {
        return new Matrix(type, address, in, rows, rowBytes, copy);
    }

    /** Returns the address of a row. */
    public long row(int index) {
        return address + index * rowBytes;
    }
}
