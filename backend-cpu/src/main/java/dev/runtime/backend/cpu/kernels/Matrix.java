package dev.runtime.backend.cpu.kernels;

import dev.runtime.api.model.TensorType;

/** A matrix {@code [in, rows]} as the file has it, one row after the other, and possibly a copy in the order that kernels want. */
public final class Matrix {
    private final TensorType type;
    private final long address;
    private final int in;
    private final int rows;
    private final long rowBytes;
    private long packed;
    private RowSource source;

    /**
     * Creates a matrix without a copy.
     *
     * @param type the element type
     * @param address of the first row
     * @param in elements of a row
     * @param rows number of rows
     * @param rowBytes bytes of a row
     */
    public Matrix(TensorType type, long address, int in, int rows, long rowBytes) {
        this.type = type;
        this.address = address;
        this.in = in;
        this.rows = rows;
        this.rowBytes = rowBytes;
    }

    /** Returns the element type. */
    public TensorType type() {
        return type;
    }

    /** Returns the address of the first row. */
    public long address() {
        return address;
    }

    /** Returns the elements of a row. */
    public int in() {
        return in;
    }

    /** Returns the number of rows. */
    public int rows() {
        return rows;
    }

    /** Returns the bytes of a row. */
    public long rowBytes() {
        return rowBytes;
    }

    /** Returns the address of a row. */
    public long row(int index) {
        return address + index * rowBytes;
    }

    /** Returns the address of the copy that {@link Kernels#pack} made, or 0. */
    public long packed() {
        return packed;
    }

    /** Sets the address of the finished copy, which takes the place of a source; between steps, whose threads see it then. */
    public void packed(long copy) {
        packed = copy;
        source = null;
    }

    /** Returns where rows are to be read, or null if they are to be taken from their address or the copy. */
    public RowSource source() {
        return source;
    }

    /** Has rows read until there is a copy, or never with null; between steps. */
    public void source(RowSource rows) {
        source = rows;
    }

    @Override
    public String toString() {
        return type + " [" + in + ", " + rows + "]";
    }
}
