package dev.runtime.api.graph;

import dev.runtime.api.Stable;
import dev.runtime.api.model.TensorInfo;

/**
 * A weight tensor of the model, or a run of its rows (fused tensors are used by parts).
 *
 * @param tensor the tensor in the model file, {@code [in, out]}, {@code [n]} or, for stacked experts, {@code [in, out, experts]}
 * @param firstRow first row used, of {@link TensorInfo#dim dim(1)}
 * @param rows number of rows used; of each expert for stacked experts
 */
@Stable
public record Weight(TensorInfo tensor, int firstRow, int rows) {
    /** Checks the run of rows. */
    public Weight {
        if (firstRow < 0 || rows < 1 || (long) firstRow + rows > tensor.dim(1)) {
            throw new IllegalArgumentException("rows " + firstRow + "+" + rows + " of " + tensor);
        }
    }

    /** Returns all rows of a tensor. */
    public static Weight of(TensorInfo tensor) {
        return new Weight(tensor, 0, Math.toIntExact(tensor.dim(1)));
    }

    /** Returns the elements of a row: the width of the values that a matrix takes. */
    public int in() {
        return Math.toIntExact(tensor.dim(0));
    }

    /** Returns the rows used: the width of the values that a matrix gives. */
    public int out() {
        return rows;
    }
}
