package dev.runtime.kernel.constrain;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/**
 * A set of Unicode characters, without surrogates. Immutable.
 *
 * @param bounds first and last character of each range, in order, ranges neither touch nor overlap
 */
record CodePoints(int[] bounds) {
    static final int LAST = Character.MAX_CODE_POINT;
    static final CodePoints NONE = new CodePoints(new int[0]);
    static final CodePoints ALL = of(0, LAST);

    /** Returns a set of ranges, each given by its first and last character. */
    static CodePoints of(int... ranges) {
        List<int[]> all = new ArrayList<>();
        for (int i = 0; i < ranges.length; i += 2) {
            // no text has surrogates
            add(all, ranges[i], Math.min(ranges[i + 1], Character.MIN_SURROGATE - 1));
            add(all, Math.max(ranges[i], Character.MAX_SURROGATE + 1), ranges[i + 1]);
        }
        all.sort(Comparator.comparingInt(r -> r[0]));
        int[] bounds = new int[2 * all.size()];
        int n = 0;
        for (int[] range : all) {
            if (n > 0 && range[0] <= bounds[n - 1] + 1) {
                bounds[n - 1] = Math.max(bounds[n - 1], range[1]);
            } else {
                bounds[n++] = range[0];
                bounds[n++] = range[1];
            }
        }
        return new CodePoints(Arrays.copyOf(bounds, n));
    }

    private static void add(List<int[]> all, int first, int last) {
        if (first <= last) {
            all.add(new int[] {first, last});
        }
    }

    /** Returns the characters of a text. */
    static CodePoints anyOf(String text) {
        int[] ranges = text.codePoints().flatMap(c -> java.util.stream.IntStream.of(c, c)).toArray();
        return of(ranges);
    }

    CodePoints union(CodePoints other) {
        int[] both = Arrays.copyOf(bounds, bounds.length + other.bounds.length);
        System.arraycopy(other.bounds, 0, both, bounds.length, other.bounds.length);
        return of(both);
    }

    CodePoints complement() {
        int[] ranges = new int[bounds.length + 2];
        int n = 0;
        int next = 0;
        for (int i = 0; i < bounds.length; i += 2) {
            ranges[n++] = next;
            ranges[n++] = bounds[i] - 1;
            next = bounds[i + 1] + 1;
        }
        ranges[n++] = next;
        ranges[n++] = LAST;
        return of(ranges);
    }

    CodePoints minus(CodePoints other) {
        return complement().union(other).complement();
    }

    boolean isEmpty() {
        return bounds.length == 0;
    }

    boolean contains(int c) {
        for (int i = 0; i < bounds.length; i += 2) {
            if (bounds[i] <= c && c <= bounds[i + 1]) {
                return true;
            }
        }
        return false;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof CodePoints(int[] its) && Arrays.equals(bounds, its);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bounds);
    }
}
