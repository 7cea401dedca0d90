package dev.runtime.backend.cpu.ops;

import static dev.runtime.backend.cpu.memory.Memory.f32;

import dev.runtime.api.graph.Op;
import dev.runtime.api.graph.RopeSpec;
import dev.runtime.api.graph.Rows;
import dev.runtime.backend.cpu.memory.Memory;

/**
 * Rotary position embedding. The cosines and sines of a step's tokens are computed once for all layers that rotate alike:
 * {@code [tokens, dims/2, 2]} floats.
 */
public final class Rotation {
    private Rotation() {}

    /**
     * Fills the table of a step.
     *
     * @param factors divisors of the frequencies, or empty
     * @param table its address
     */
    public static Step table(Frame frame, RopeSpec spec, float[] factors, long table) {
        int pairs = spec.dims() / 2;
        double[] steps = angles(spec, factors);
        double magnitude = spec.extension() > 0
                ? spec.magnitude() * (1 + 0.1 * Math.log(1 / spec.frequencyScale()))
                : spec.magnitude();
        if (spec.axes().isPresent()) {
            return axisTable(frame, spec.axes().get(), steps, magnitude, table);
        }
        return new RowStep(frame, Rows.TOKENS, 64 * pairs,
                token -> tableRow(table + 8L * pairs * token, frame.inputs().position(token), steps, magnitude));
    }

    /** Fills a row of a table: for each pair cosine and sine of its angle at a position, times the magnitude. */
    static void tableRow(long row, double position, double[] steps, double magnitude) {
        for (int j = 0; j < steps.length; j++) {
            f32(row + 8L * j, (float) (magnitude * Math.cos(position * steps[j])));
            f32(row + 8L * j + 4, (float) (magnitude * Math.sin(position * steps[j])));
        }
    }

    private static Step axisTable(Frame frame, RopeSpec.Axes axes, double[] steps, double magnitude, long table) {
        int[] axis = axes.axis().stream().mapToInt(Integer::intValue).toArray();
        return new RowStep(frame, Rows.TOKENS, 64 * steps.length, token -> {
            long row = table + 8L * steps.length * token;
            for (int j = 0; j < steps.length; j++) {
                double angle = frame.inputs().axis(token, axis[j]) * steps[j];
                f32(row + 8L * j, (float) (magnitude * Math.cos(angle)));
                f32(row + 8L * j + 4, (float) (magnitude * Math.sin(angle)));
            }
        });
    }

    /** The angle of each pair at position 1. */
    static double[] angles(RopeSpec spec, float[] factors) {
        double[] angles = new double[spec.dims() / 2];
        double low = Math.max(0, Math.floor(corner(spec, spec.betaFast())));
        double high = Math.min(spec.dims() - 1, Math.ceil(corner(spec, spec.betaSlow())));
        for (int pair = 0; pair < angles.length; pair++) {
            int j = spec.axes().isPresent() ? spec.axes().get().frequency().get(pair) : pair;
            double t = Math.pow(spec.base(), -2.0 * j / spec.dims()) / (factors.length == 0 ? 1 : factors[pair]);
            double mix = 0;
            if (spec.extension() > 0) {
                mix = spec.extension() * (1 - Math.clamp((j - low) / Math.max(0.001, high - low), 0.0, 1.0));
            }
            angles[pair] = t * spec.frequencyScale() * (1 - mix) + t * mix;
        }
        return angles;
    }

    /** The dimension that turns {@code beta} times within the original context. */
    private static double corner(RopeSpec spec, float beta) {
        return spec.dims() * Math.log(spec.originalContext() / (2 * Math.PI * beta)) / (2 * Math.log(spec.base()));
    }

    /** {@link Op.Rope} by the table. */
    public static Step rotate(Frame frame, Op.Rope op, Buffer x, long table, Buffer y) {
        RopeSpec spec = op.spec();
        int size = x.width() / op.heads();
        return new RowStep(frame, x.rows(), 2 * x.width(), row -> {
            long angles = table + 4L * spec.dims() * frame.token(x.rows(), row);
            if (spec.dims() < size) {
                Memory.copy(x.row(row), y.row(row), 4L * x.width());
            }
            for (int head = 0; head < op.heads(); head++) {
                long at = 4L * head * size;
                rotate(spec, x.row(row) + at, y.row(row) + at, angles);
            }
        });
    }

    /** Rotates the elements of one head in question by a row of the table; may be in place. */
    static void rotate(RopeSpec spec, long from, long to, long angles) {
        int pairs = spec.dims() / 2;
        boolean adjacent = spec.style() == RopeSpec.Style.ADJACENT;
        long next = adjacent ? 8 : 4;
        long partner = adjacent ? 4 : 4L * pairs;
        long x = from + 4L * spec.start();
        long y = to + 4L * spec.start();
        for (int j = 0; j < pairs; j++) {
            float cos = f32(angles + 8L * j);
            float sin = f32(angles + 8L * j + 4);
            float a = f32(x + next * j);
            float b = f32(x + next * j + partner);
            f32(y + next * j, a * cos - b * sin);
            f32(y + next * j + partner, a * sin + b * cos);
        }
    }
}
