package dev.runtime.api.model;

import dev.runtime.api.Stable;
import java.util.Arrays;
import java.util.Objects;

/**
 * An entry of a model file's tensor directory.
 *
 * @param name the tensor's name, such as {@code blk.0.attn_q.weight}
 * @param type the element type
 * @param shape the dimensions, fastest varying first: a weight matrix is {@code [in, out]}, stacked experts are
 *     {@code [in, out, experts]}; 1 to 4 positive numbers whose product fits a {@code long}
 */
@Stable
public record TensorInfo(String name, TensorType type, long[] shape) {
    /** Checks and copies. */
    public TensorInfo {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(type, "type");
        shape = shape.clone();
        if (shape.length < 1 || shape.length > 4) {
            throw new IllegalArgumentException("tensor " + name + " has " + shape.length + " dimensions");
        }
        long elements = 1;
        for (long n : shape) {
            if (n < 1) {
                throw new IllegalArgumentException("tensor " + name + " has shape " + Arrays.toString(shape));
            }
            elements = Math.multiplyExact(elements, n);
        }
        if (shape[0] % type.blockSize() != 0) {
            throw new IllegalArgumentException("tensor " + name + " of type " + type + " has rows of " + shape[0]
                    + " elements, no multiple of " + type.blockSize());
        }
    }

    @Override
    public long[] shape() {
        return shape.clone();
    }

    /** Returns dimension {@code axis}, 1 for those beyond the stored ones. */
    public long dim(int axis) {
        return axis < shape.length ? shape[axis] : 1;
    }

    /** Returns the product of all dimensions. */
    public long elements() {
        long n = 1;
        for (long d : shape) {
            n *= d;
        }
        return n;
    }

    /** Returns the bytes of the whole tensor. */
    public long bytes() {
        return type.bytes(elements());
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof TensorInfo(String n, TensorType t, long[] s)
                && name.equals(n) && type == t && Arrays.equals(shape, s);
    }

    @Override
    public int hashCode() {
        return Objects.hash(name, type, Arrays.hashCode(shape));
    }

    @Override
    public String toString() {
        return name + " " + type + Arrays.toString(shape);
    }
}
