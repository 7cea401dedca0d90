package dev.runtime.backend.cpu.ops;

import static dev.runtime.backend.cpu.memory.Memory.f32;

import dev.runtime.api.graph.ElementOp;
import dev.runtime.api.graph.Op;
import dev.runtime.api.graph.RowOp;
import dev.runtime.backend.cpu.kernels.Kernels;
import dev.runtime.backend.cpu.memory.Memory;
import java.util.List;

/** Operators that treat elements or parts of a row on their own. */
public final class Elementwise {
    private Elementwise() {}

    /** {@link Op.RmsNorm}; a weight of 0 for none. */
    public static Step rmsNorm(Frame frame, Op.RmsNorm op, Buffer x, long weight, boolean shared, Buffer y) {
        Kernels kernels = frame.kernels();
        int part = x.width() / op.groups();
        return new RowStep(frame, x.rows(), x.width(), row -> {
            for (int g = 0; g < op.groups(); g++) {
                long offset = 4L * g * part;
                kernels.rmsNorm(x.row(row) + offset, shared || weight == 0 ? weight : weight + offset, y.row(row) + offset, part,
                        op.epsilon());
            }
        });
    }

    /** {@link Op.LayerNorm}; 0 for none. */
    public static Step layerNorm(Frame frame, Op.LayerNorm op, Buffer x, long weight, boolean sharedWeight, long bias,
            boolean sharedBias, Buffer y) {
        Kernels kernels = frame.kernels();
        int part = x.width() / op.groups();
        return new RowStep(frame, x.rows(), 2 * x.width(), row -> {
            for (int g = 0; g < op.groups(); g++) {
                long offset = 4L * g * part;
                kernels.layerNorm(x.row(row) + offset, sharedWeight || weight == 0 ? weight : weight + offset,
                        sharedBias || bias == 0 ? bias : bias + offset, y.row(row) + offset, part, op.epsilon());
            }
        });
    }

    /** {@link ElementOp.Activate}. */
    public static Step activate(Frame frame, ElementOp.Activate op, Buffer x, Buffer y) {
        return new RowStep(frame, x.rows(), 8 * x.width(),
                row -> frame.kernels().activate(op.activation(), x.row(row), y.row(row), x.width()));
    }

    /** {@link ElementOp.Add}. */
    public static Step add(Frame frame, Buffer a, Buffer b, Buffer y) {
        return new RowStep(frame, a.rows(), a.width(), row -> frame.kernels().add(a.row(row), b.row(row), y.row(row), a.width()));
    }

    /** {@link ElementOp.Mul}. */
    public static Step multiply(Frame frame, Buffer a, Buffer b, Buffer y) {
        return new RowStep(frame, a.rows(), a.width(), b.width() == a.width()
                ? row -> frame.kernels().multiply(a.row(row), b.row(row), y.row(row), a.width())
                : row -> frame.kernels().scale(a.row(row), f32(b.row(row)), y.row(row), a.width()));
    }

    /** {@link ElementOp.Scale}. */
    public static Step scale(Frame frame, ElementOp.Scale op, Buffer x, Buffer y) {
        return new RowStep(frame, x.rows(), x.width(), row -> frame.kernels().scale(x.row(row), op.factor(), y.row(row), x.width()));
    }

    /** {@link ElementOp.SoftCap}. */
    public static Step softCap(Frame frame, ElementOp.SoftCap op, Buffer x, Buffer y) {
        return new RowStep(frame, x.rows(), 8 * x.width(), row -> frame.kernels().softCap(x.row(row), op.cap(), y.row(row), x.width()));
    }

    /** {@link RowOp.Slice}. */
    public static Step slice(Frame frame, RowOp.Slice op, Buffer x, Buffer y) {
        int part = x.width() / op.groups();
        return new RowStep(frame, x.rows(), y.width(), row -> {
            for (int g = 0; g < op.groups(); g++) {
                Memory.copy(x.row(row) + 4L * (g * part + op.start()), y.row(row) + 4L * g * op.size(), 4L * op.size());
            }
        });
    }

    /** {@link RowOp.Concat}. */
    public static Step concat(Frame frame, List<Buffer> parts, Buffer y) {
        Buffer[] sources = parts.toArray(Buffer[]::new);
        return new RowStep(frame, y.rows(), y.width(), row -> {
            long to = y.row(row);
            for (Buffer source : sources) {
                Memory.copy(source.row(row), to, 4L * source.width());
                to += 4L * source.width();
            }
        });
    }
}
