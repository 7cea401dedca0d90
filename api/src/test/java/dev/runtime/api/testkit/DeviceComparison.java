package dev.runtime.api.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.runtime.api.backend.Device;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/**
 * A device beside one whose results are right: the same graphs on both, compared by the normalised error
 * {@code sum((x - y)^2) / sum(y^2)}.
 */
public abstract class DeviceComparison {
    /** The bound for operators in floats. */
    protected static final double FLOATS = 1e-10;

    /**
     * The bound for products with quantised weights, whose inputs a device may round to 8 bits. A block of normal numbers has its
     * largest near 3, so a step of 3 / 127 and an error of 4e-5 of the square; ten times that leaves room for results that cancel.
     */
    protected static final double ROUNDED_INPUTS = 4e-4;

    private static final int FEW = 8;

    static final int[] TABLE = IntStream.range(0, 32).map(i -> 2 * i + 1).toArray();

    /** Returns the device under test. */
    protected abstract Device device();

    /** Returns a device whose results are right. */
    protected abstract Device oracle();

    static float[] rows(int width, int count) {
        SplittableRandom random = new SplittableRandom(width);
        float[] rows = new float[width * count];
        for (int i = 0; i < rows.length; i++) {
            rows[i] = (float) random.nextGaussian();
        }
        return rows;
    }

    /**
     * Compares by the normalised error. Rounded inputs err by their own size and not by that of a result which happens to be near 0: of
     * fewer than 8 results, the size counts as that of 8 results of 1.
     */
    protected static void assertClose(float[] expected, float[] actual, double bound, String what) {
        assertEquals(expected.length, actual.length, what);
        double error = 0;
        double size = 1e-30;
        for (int i = 0; i < expected.length; i++) {
            error += ((double) expected[i] - actual[i]) * ((double) expected[i] - actual[i]);
            size += (double) expected[i] * expected[i];
        }
        double least = bound == ROUNDED_INPUTS && expected.length < FEW ? FEW : 0;
        double normalized = error / Math.max(size, least);
        assertTrue(normalized <= bound, () -> what + ": normalised error " + normalized + ", bound " + bound);
    }
}
