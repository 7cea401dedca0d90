package dev.runtime.backend.cuda.ops;

import static dev.runtime.backend.cuda.ffi.Launch.bits;

import dev.runtime.api.graph.ElementOp;
import dev.runtime.api.graph.Op;
import dev.runtime.api.graph.Rows;
import dev.runtime.backend.cuda.ffi.Launch;
import dev.runtime.backend.cuda.memory.DeviceMatrix;

/** Operators of which a block of threads does a row, or a part of one. */
public final class RowBlocks implements Step {
    private final Frame frame;
    private final Rows rows;
    private final int parts;
    private final Launch launch;

    private RowBlocks(Frame frame, Rows rows, int parts, String kernel, long... arguments) {
        this.frame = frame;
        this.rows = rows;
        this.parts = parts;
        launch = frame.launch("norms", kernel, Frame.THREADS, 0, arguments);
    }

    @Override
    public void run() {
        launch.run(frame.stream(), (long) frame.rows(rows) * parts, 1, 1);
    }

    /** {@link Op.RmsNorm}; a weight of 0 for none. */
    public static Step rmsNorm(Frame frame, Op.RmsNorm op, Buffer x, long weight, boolean shared, Buffer y) {
        return new RowBlocks(frame, x.rows(), op.groups(), "rms_norm", x.address(), weight, shared ? 1 : 0, y.address(),
                x.width() / op.groups(), op.groups(), bits(op.epsilon()));
    }

    /** {@link Op.LayerNorm}; 0 for none. */
    public static Step layerNorm(Frame frame, Op.LayerNorm op, Buffer x, long weight, boolean sharedWeight, long bias, boolean sharedBias,
            Buffer y) {
        return new RowBlocks(frame, x.rows(), op.groups(), "layer_norm", x.address(), weight, sharedWeight ? 1 : 0, bias, sharedBias ? 1 : 0,
                y.address(), x.width() / op.groups(), op.groups(), bits(op.epsilon()));
    }

    /** {@link ElementOp.MatchNorm}. */
    public static Step matchNorm(Frame frame, Buffer x, Buffer like, Buffer y) {
        return new RowBlocks(frame, x.rows(), 1, "match_norm", x.address(), like.address(), y.address(), x.width());
    }

    /** {@link ElementOp.DeviationCut}. */
    public static Step deviationCut(Frame frame, ElementOp.DeviationCut op, Buffer x, Buffer y) {
        return new RowBlocks(frame, x.rows(), 1, "deviation_cut", x.address(), bits(op.factor()), y.address(), x.width());
    }

    /** {@link Op.Embed}. */
    public static Step embed(Frame frame, Op.Embed op, DeviceMatrix table, Buffer y) {
        int index = switch (op.index()) {
            case TOKEN -> 0;
            case POSITION -> 1;
            case FIRST -> 2;
        };
        Launch launch = frame.launch("elements", "embed_" + table.form().kernel(), 128, 0, 0, index, table.address(), table.blocks(),
                table.first(), 0, bits(op.scale()), y.address(), y.width());
        Step wider = GivenRows.embeddings(frame, y);
        return () -> {
            launch.set(0, frame.step());
            launch.set(5, frame.embeddings());
            launch.run(frame.stream(), frame.rows(Rows.TOKENS), 1, 1);
            // that kernel takes given rows for as long as those of the table
            if (index == 0 && frame.embeddingWidth() > y.width()) {
                wider.run();
            }
        };
    }
}
