package dev.runtime.backend.vulkan.dispatch;

import dev.runtime.api.graph.RopeSpec;

/**
 * The frequencies of a rotary embedding, as {@link RopeSpec} defines them: for each pair the part of a turn that one position adds, in
 * units of 2^-64. The product with a position wraps at whole turns, so that no position loses precision. The last two bits are free: where
 * pairs turn by axes, they have the number of the pair's.
 */
public final class Turns {
    private Turns() {}

    /** Returns the frequency of each pair; {@code factors} is empty or has one number a pair. */
    public static long[] of(RopeSpec spec, float[] factors) {
        long[] turns = new long[spec.dims() / 2];
        double low = Math.max(0, Math.floor(corner(spec, spec.betaFast())));
        double high = Math.min(spec.dims() - 1, Math.ceil(corner(spec, spec.betaSlow())));
        for (int pair = 0; pair < turns.length; pair++) {
            int j = spec.axes().isPresent() ? spec.axes().get().frequency().get(pair) : pair;
            int axis = spec.axes().isPresent() ? spec.axes().get().axis().get(pair) : 0;
            double t = Math.pow(spec.base(), -2.0 * j / spec.dims()) / (factors.length == 0 ? 1 : factors[j]);
            double ramp = spec.extension() > 0 ? 1 - Math.clamp((j - low) / Math.max(0.001, high - low), 0.0, 1.0) : 0;
            double angle = t * spec.frequencyScale() * (1 - ramp * spec.extension()) + t * ramp * spec.extension();
            double turn = angle / (2 * Math.PI);
            turns[pair] = (long) ((turn - Math.floor(turn)) * 0x1p62) << 2 | axis;
        }
        return turns;
    }

    /** Returns what multiplies cosine and sine. */
    public static float magnitude(RopeSpec spec) {
        return (float) (spec.extension() > 0 ? spec.magnitude() * (1 + 0.1 * Math.log(1 / spec.frequencyScale())) : spec.magnitude());
    }

    /** The dimension that turns {@code beta} times within the original context. */
    private static double corner(RopeSpec spec, float beta) {
        return spec.dims() * Math.log(spec.originalContext() / (2 * Math.PI * beta)) / (2 * Math.log(spec.base()));
    }
}
