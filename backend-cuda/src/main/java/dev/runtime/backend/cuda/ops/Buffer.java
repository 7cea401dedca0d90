package dev.runtime.backend.cuda.ops;

import dev.runtime.api.graph.Rows;

/**
 * A value on the device: floats {@code [rows, width]}.
 *
 * @param address of the first element
 * @param rows what a row stands for
 * @param width elements of a row
 */
public record Buffer(long address, Rows rows, int width) {}
