package dev.runtime.plugin.architectures.images;

import dev.runtime.api.graph.RopeSpec;
import dev.runtime.api.graph.RopeSpec.Axes;
import dev.runtime.api.graph.RopeSpec.Style;
import java.util.ArrayList;
import java.util.List;

/** Rotations by a patch's row (axis 0) and column (axis 1). */
final class Turns {
    private static final float BASE = 10_000;

    private Turns() {}

    /** The first half of the pairs turns by the row, the second by the column, both with every second frequency. */
    static RopeSpec halves(int headSize) {
        return spec(Style.HALVES, headSize, 0);
    }

    /** The same for neighbouring elements; the column's frequencies lie between the row's. */
    static RopeSpec interleaved(int headSize) {
        return spec(Style.ADJACENT, headSize, 1);
    }

    private static RopeSpec spec(Style style, int headSize, int shift) {
        List<Integer> axis = new ArrayList<>();
        List<Integer> frequency = new ArrayList<>();
        int half = headSize / 4;
        for (int pair = 0; pair < 2 * half; pair++) {
            axis.add(pair / half);
            frequency.add(2 * (pair % half) + pair / half * shift);
        }
        return RopeSpec.plain(style, 4 * half, BASE).withAxes(new Axes(axis, frequency));
    }
}
