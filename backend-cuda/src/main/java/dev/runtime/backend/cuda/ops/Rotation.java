package dev.runtime.backend.cuda.ops;

import static dev.runtime.backend.cuda.ffi.Launch.bits;

import dev.runtime.api.graph.Op;
import dev.runtime.api.graph.RopeSpec;
import dev.runtime.api.graph.Rows;
import dev.runtime.backend.cuda.ffi.Launch;

/** {@link Op.Rope}: a table of the step's cosines and sines for all layers that rotate alike, then the rotations. */
public final class Rotation {
    private static final int TABLE_THREADS = 128;

    private Rotation() {}

    /**
     * Fills the table {@code [tokens, dims/2, 2]} of a step.
     *
     * @param turns address of {@link #turns} on the device, and of {@link #axes} behind them
     */
    public static Step table(Frame frame, RopeSpec spec, long turns, long table) {
        int pairs = spec.dims() / 2;
        double magnitude = spec.extension() > 0
                ? spec.magnitude() * (1 + 0.1 * Math.log(1 / spec.frequencyScale()))
                : spec.magnitude();
        boolean axes = spec.axes().isPresent();
        Launch launch = axes
                ? frame.launch("images", "rope_table_axes", TABLE_THREADS, 0, 0, turns, turns + axesOffset(spec), pairs, bits((float) magnitude),
                        table, 0)
                : frame.launch("rope", "rope_table", TABLE_THREADS, 0, 0, turns, pairs, bits((float) magnitude), table, 0);
        int count = axes ? 6 : 5;
        return () -> {
            long elements = (long) frame.rows(Rows.TOKENS) * pairs;
            launch.set(0, frame.step());
            launch.set(count, elements);
            launch.run(frame.stream(), (elements + TABLE_THREADS - 1) / TABLE_THREADS, 1, 1);
        };
    }

    /** Returns the bytes of {@link #turns} and {@link #axes}. */
    public static long constantBytes(RopeSpec spec) {
        return axesOffset(spec) + (spec.axes().isPresent() ? 4L * spec.dims() / 2 : 0);
    }

    /** Returns where {@link #axes} begin behind {@link #turns}, in bytes. */
    public static long axesOffset(RopeSpec spec) {
        return 8L * (spec.dims() / 2);
    }

    /** Returns the axis of each pair; nothing if tokens have one position. */
    public static int[] axes(RopeSpec spec) {
        return spec.axes().map(axes -> axes.axis().stream().mapToInt(Integer::intValue).toArray()).orElse(new int[0]);
    }

    /** Returns by pair how often it turns around from one position to the next; formula of {@link RopeSpec}. */
    public static double[] turns(RopeSpec spec, float[] factors) {
        double[] turns = new double[spec.dims() / 2];
        double low = Math.max(0, Math.floor(corner(spec, spec.betaFast())));
        double high = Math.min(spec.dims() - 1, Math.ceil(corner(spec, spec.betaSlow())));
        for (int pair = 0; pair < turns.length; pair++) {
            int j = spec.axes().isPresent() ? spec.axes().get().frequency().get(pair) : pair;
            double angle = Math.pow(spec.base(), -2.0 * j / spec.dims()) / (factors.length == 0 ? 1 : factors[j]);
            double extrapolated = spec.extension() == 0 ? 0
                    : spec.extension() * (1 - Math.clamp((j - low) / Math.max(0.001, high - low), 0.0, 1.0));
            turns[pair] = (angle * spec.frequencyScale() * (1 - extrapolated) + angle * extrapolated) / (2 * Math.PI);
        }
        return turns;
    }

    private static double corner(RopeSpec spec, float beta) {
        return spec.dims() * Math.log(spec.originalContext() / (2 * Math.PI * beta)) / (2 * Math.log(spec.base()));
    }

    /** Rotates by the table. */
    public static Step rotate(Frame frame, Op.Rope op, Buffer x, long table, Buffer y) {
        RopeSpec spec = op.spec();
        Launch launch = frame.launch("rope", "rope", Frame.THREADS, 0, 0, Frame.kind(x.rows()), x.address(), table, y.address(),
                x.width() / op.heads(), op.heads(), spec.start(), spec.dims() / 2, spec.style() == RopeSpec.Style.ADJACENT ? 1 : 0, 0);
        return () -> {
            long elements = (long) frame.rows(x.rows()) * x.width();
            launch.set(0, frame.step());
            launch.set(10, elements);
            launch.run(frame.stream(), Frame.blocks(elements), 1, 1);
        };
    }
}
