package dev.runtime.plugin.cli.bench;

import java.util.Arrays;

/**
 * One measurement.
 *
 * @param name what was measured, such as {@code pp512} or {@code tg128 x8}
 * @param unit {@code tokens/s} or {@code ms}
 * @param values one a round, in their order
 */
public record BenchRow(String name, String unit, double[] values) {
    /** Copies. */
    public BenchRow {
        values = values.clone();
    }

    /** Returns the middle one, or the mean of the two in the middle. */
    public double median() {
        double[] sorted = sorted();
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }

    /** Returns the smallest. */
    public double least() {
        return sorted()[0];
    }

    /** Returns the largest. */
    public double most() {
        return sorted()[values.length - 1];
    }

    private double[] sorted() {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        return sorted;
    }
}
