package dev.runtime.api.graph;

import dev.runtime.api.Stable;

/**
 * The result of one node: a matrix of 32-bit floats, row-major, {@code [rows, width]}.
 *
 * @param id index of the node that makes it
 * @param rows what a row stands for
 * @param width elements of a row
 */
@Stable
public record Value(int id, Rows rows, int width) {}
