package dev.runtime.backend.cpu.ops;

import dev.runtime.api.graph.Rows;

/**
 * A value in working memory: floats {@code [rows, width]}.
 *
 * @param address of the first element
 * @param rows what a row stands for
 * @param width elements of a row
 */
public record Buffer(long address, Rows rows, int width) {
    /** Returns the address of a row. */
    public long row(int index) {
        return address + 4L * index * width;
    }
}
