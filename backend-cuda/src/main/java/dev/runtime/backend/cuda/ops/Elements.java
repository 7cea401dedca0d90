package dev.runtime.backend.cuda.ops;

import static dev.runtime.backend.cuda.ffi.Launch.bits;

import dev.runtime.api.graph.Activation;
import dev.runtime.api.graph.ElementOp;
import dev.runtime.api.graph.RowOp;
import dev.runtime.api.graph.Rows;
import dev.runtime.api.model.ModelShape;
import dev.runtime.backend.cuda.ffi.Launch;

/** Operators that treat elements on their own or move them: a thread an element of the result. */
public final class Elements implements Step {
    /** Argument of kernels that read the step's inputs. */
    private static final int STEP = 0;

    private static final int NO_STEP = -1;

    private final Frame frame;
    private final Rows rows;
    private final int width;
    private final Launch launch;
    private final int step;
    private final int count;

    private Elements(Frame frame, Rows rows, int width, int step, int count, String kernel, long... arguments) {
        this.frame = frame;
        this.rows = rows;
        this.width = width;
        this.step = step;
        this.count = count;
        launch = frame.launch("elements", kernel, Frame.THREADS, 0, arguments);
    }

    @Override
    public void run() {
        long elements = (long) frame.rows(rows) * width;
        launch.set(count, elements);
        if (step >= 0) {
            launch.set(step, frame.step());
        }
        launch.run(frame.stream(), Frame.blocks(elements), 1, 1);
    }

    private static Step plain(Frame frame, Buffer like, String kernel, long... arguments) {
        return new Elements(frame, like.rows(), like.width(), NO_STEP, arguments.length - 1, kernel, arguments);
    }

    /** {@link ElementOp.Activate}. */
    public static Step activate(Frame frame, Activation function, Buffer x, Buffer y) {
        return plain(frame, x, "activate", function.ordinal(), x.address(), y.address(), 0);
    }

    /** What a gate makes of its partner. */
    static Step gate(Frame frame, Activation function, Buffer gate, Buffer up, Buffer y) {
        return plain(frame, y, "gate", function.ordinal(), gate.address(), up.address(), y.address(), 0);
    }

    /** {@link ElementOp.Add}. */
    public static Step add(Frame frame, Buffer a, Buffer b, Buffer y) {
        return plain(frame, y, "add", a.address(), b.address(), y.address(), 0);
    }

    /** {@link ElementOp.Mul}. */
    public static Step multiply(Frame frame, Buffer a, Buffer b, Buffer y) {
        return a.width() == b.width()
                ? plain(frame, y, "multiply", a.address(), b.address(), y.address(), 0)
                : new Elements(frame, y.rows(), y.width(), NO_STEP, 3, "multiply_rows", a.address(), b.address(), y.address(), 0, y.width());
    }

    /** {@link ElementOp.Scale}. */
    public static Step scale(Frame frame, ElementOp.Scale op, Buffer x, Buffer y) {
        return plain(frame, y, "scale", x.address(), bits(op.factor()), y.address(), 0);
    }

    /** Adds the multiple of a value to another. */
    static Step accumulate(Frame frame, Buffer x, float factor, Buffer y) {
        return plain(frame, y, "accumulate", x.address(), bits(factor), y.address(), 0);
    }

    /** {@link ElementOp.SoftCap}. */
    public static Step softCap(Frame frame, ElementOp.SoftCap op, Buffer x, Buffer y) {
        return plain(frame, y, "soft_cap", x.address(), bits(op.cap()), y.address(), 0);
    }

    /** {@link ElementOp.Clamp}. */
    public static Step clamp(Frame frame, ElementOp.Clamp op, Buffer x, Buffer y) {
        return plain(frame, y, "clamp", x.address(), bits(op.low()), bits(op.high()), y.address(), 0);
    }

    /** {@link ElementOp.Xielu}. */
    public static Step xielu(Frame frame, ElementOp.Xielu op, Buffer x, Buffer y) {
        float positive = (float) softplus(op.alphaPositive());
        float negative = (float) (op.beta() + softplus(op.alphaNegative()));
        return plain(frame, y, "xielu", x.address(), bits(positive), bits(negative), bits(op.beta()), bits(op.epsilon()), y.address(), 0);
    }

    private static double softplus(double z) {
        return z > 20 ? z : Math.log1p(Math.exp(z));
    }

    /** {@link ElementOp.PositionScale}. */
    public static Step positionScale(Frame frame, ElementOp.PositionScale op, Buffer x, Buffer y) {
        return new Elements(frame, y.rows(), y.width(), STEP, 7, "position_scale", 0, Frame.kind(x.rows()), x.address(), bits(op.beta()),
                bits(op.length()), bits(op.offset()), y.address(), 0, y.width());
    }

    /** {@link RowOp.Slice}. */
    public static Step slice(Frame frame, RowOp.Slice op, Buffer x, Buffer y) {
        return new Elements(frame, y.rows(), y.width(), NO_STEP, 10, "copy_pieces", x.address(), x.width(), op.start(), x.width() / op.groups(),
                y.address(), y.width(), 0, op.size(), op.groups(), op.size(), 0);
    }

    /** One part of {@link RowOp.Concat}, {@code offset} elements into each group of the result. */
    public static Step part(Frame frame, int groups, int offset, Buffer x, Buffer y) {
        int piece = x.width() / groups;
        return new Elements(frame, x.rows(), x.width(), NO_STEP, 10, "copy_pieces", x.address(), x.width(), 0, piece, y.address(), y.width(),
                offset, y.width() / groups, groups, piece, 0);
    }

    /** {@link RowOp.SelectOutputs}. */
    public static Step outputs(Frame frame, Buffer x, Buffer y) {
        return new Elements(frame, y.rows(), y.width(), STEP, 3, "select_outputs", 0, x.address(), y.address(), 0, y.width());
    }

    /** {@link RowOp.Pool}. */
    public static Step pool(Frame frame, ModelShape.Pooling pooling, Buffer x, Buffer y) {
        int mode = switch (pooling) {
            case MEAN -> 0;
            case CLS, RANK -> 1;
            case LAST -> 2;
            case NONE -> throw new IllegalStateException("pooling NONE makes no rows of sequences");
        };
        return new Elements(frame, y.rows(), y.width(), STEP, 4, "pool", 0, mode, x.address(), y.address(), 0, y.width());
    }
}
