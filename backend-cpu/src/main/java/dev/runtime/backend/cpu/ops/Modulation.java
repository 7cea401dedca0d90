package dev.runtime.backend.cpu.ops;

import static dev.runtime.backend.cpu.memory.Memory.f32;

import dev.runtime.api.graph.ElementOp;
import dev.runtime.api.graph.RowOp;
import dev.runtime.backend.cpu.kernels.Functions;
import dev.runtime.backend.cpu.memory.Memory;

/** Rarely used operators that treat rows or elements on their own, in double precision. */
public final class Modulation {
    private Modulation() {}

    /** {@link ElementOp.Clamp}. */
    public static Step clamp(Frame frame, ElementOp.Clamp op, Buffer x, Buffer y) {
        return new RowStep(frame, x.rows(), x.width(), row -> {
            for (long i = x.row(row), to = y.row(row), end = i + 4L * x.width(); i < end; i += 4, to += 4) {
                f32(to, Math.min(Math.max(f32(i), op.low()), op.high()));
            }
        });
    }

    /** {@link ElementOp.PositionScale}. */
    public static Step positionScale(Frame frame, ElementOp.PositionScale op, Buffer x, Buffer y) {
        return new RowStep(frame, x.rows(), x.width(), row -> {
            double position = frame.inputs().position(frame.token(x.rows(), row));
            double factor = 1 + op.beta() * Math.log(1 + Math.floor((position + op.offset()) / op.length()));
            frame.kernels().scale(x.row(row), (float) factor, y.row(row), x.width());
        });
    }

    /** {@link ElementOp.Xielu}. */
    public static Step xielu(Frame frame, ElementOp.Xielu op, Buffer x, Buffer y) {
        return new RowStep(frame, x.rows(), 8 * x.width(), row -> {
            for (long i = x.row(row), to = y.row(row), end = i + 4L * x.width(); i < end; i += 4, to += 4) {
                f32(to, (float) Functions.xielu(f32(i), op));
            }
        });
    }

    /** {@link ElementOp.MatchNorm}. */
    public static Step matchNorm(Frame frame, Buffer x, Buffer like, Buffer y) {
        return new RowStep(frame, x.rows(), 2 * x.width(), row -> {
            double power = squares(x.row(row), x.width());
            double factor = power == 0 ? 0 : Math.sqrt(squares(like.row(row), x.width()) / power);
            frame.kernels().scale(x.row(row), (float) factor, y.row(row), x.width());
        });
    }

    /** {@link ElementOp.DeviationCut}. */
    public static Step deviationCut(Frame frame, ElementOp.DeviationCut op, Buffer x, Buffer y) {
        int n = x.width();
        return new RowStep(frame, x.rows(), 3 * n, row -> {
            double sum = 0;
            for (int i = 0; i < n; i++) {
                sum += f32(x.row(row) + 4L * i);
            }
            double mean = sum / n;
            double spread = 0;
            for (int i = 0; i < n; i++) {
                double d = f32(x.row(row) + 4L * i) - mean;
                spread += d * d;
            }
            double cut = mean + op.factor() * Math.sqrt(spread / (n - 1));
            for (int i = 0; i < n; i++) {
                f32(y.row(row) + 4L * i, (float) Math.max(0, f32(x.row(row) + 4L * i) - cut));
            }
        });
    }

    /** {@link RowOp.Concat} of several groups. */
    public static Step interleave(Frame frame, int groups, Buffer[] parts, Buffer y) {
        return new RowStep(frame, y.rows(), y.width(), row -> {
            long to = y.row(row);
            for (int g = 0; g < groups; g++) {
                for (Buffer part : parts) {
                    long bytes = 4L * (part.width() / groups);
                    Memory.copy(part.row(row) + g * bytes, to, bytes);
                    to += bytes;
                }
            }
        });
    }

    private static double squares(long x, int n) {
        double sum = 0;
        for (int i = 0; i < n; i++) {
            double value = f32(x + 4L * i);
            sum += value * value;
        }
        return sum;
    }
}
