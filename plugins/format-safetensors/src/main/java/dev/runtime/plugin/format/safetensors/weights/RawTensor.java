package dev.runtime.plugin.format.safetensors.weights;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/**
 * A tensor as it lies in a file.
 *
 * @param name its name in the file
 * @param type the element type's name, such as {@code BF16}
 * @param shape dimensions, slowest varying first, as the file gives them; empty for a single number
 * @param data its bytes in the mapping, little-endian
 */
public record RawTensor(String name, String type, long[] shape, MemorySegment data) {
    /** Returns the elements; the header's checks keep it from overflowing. */
    public long elements() {
        return Arrays.stream(shape).reduce(1, (a, b) -> a * b);
    }

    /** Returns the dimensions fastest varying first; one of 1 for a single number. */
    public long[] reversed() {
        if (shape.length == 0) {
            return new long[] {1};
        }
        long[] reversed = new long[shape.length];
        for (int i = 0; i < shape.length; i++) {
            reversed[i] = shape[shape.length - 1 - i];
        }
        return reversed;
    }

    @Override
    public boolean equals(Object other) {
        return this == other;
    }

    @Override
    public int hashCode() {
        return name.hashCode();
    }

    @Override
    public String toString() {
        return name + " " + type + Arrays.toString(shape);
    }
}
