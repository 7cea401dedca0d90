package dev.runtime.backend.cpu.kernels;

import dev.runtime.api.model.TensorType;

/**
 * A matrix {@code [in, rows]} as the file has it, one row after the other.
 *
 * @param type the element type
 * @param address of the first row
 * @param in elements of a row
 * @param rows number of rows
 * @param rowBytes bytes of a row
 */
public record Matrix(TensorType type, long address, int in, int rows, long rowBytes) {
    /** Returns the address of a row. */
    public long row(int index) {
        return address + index * rowBytes;
    }
}
