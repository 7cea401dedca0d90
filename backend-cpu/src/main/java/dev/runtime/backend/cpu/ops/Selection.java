package dev.runtime.backend.cpu.ops;

import static dev.runtime.backend.cpu.memory.Memory.f32;

import dev.runtime.api.backend.StepInputs;
import dev.runtime.api.graph.Op;
import dev.runtime.api.graph.RowOp;
import dev.runtime.api.graph.Rows;
import dev.runtime.backend.cpu.kernels.Matrix;
import dev.runtime.backend.cpu.memory.Memory;
import dev.runtime.backend.cpu.quant.Dequantizer;
import java.lang.foreign.MemorySegment;

/** Operators that choose rows. */
public final class Selection {
    private Selection() {}

    /** {@link Op.Embed}. */
    public static Step embed(Frame frame, Op.Embed op, Matrix table, Dequantizer dequantizer, Buffer y) {
        return new RowStep(frame, Rows.TOKENS, y.width(), row -> {
            StepInputs inputs = frame.inputs();
            int id = inputs.id(row);
            if (op.index() == Op.Index.TOKEN && id < 0) {
                MemorySegment.copy(inputs.embeddings(), given(inputs, id, y.width()), Memory.ALL, y.row(row), 4L * y.width());
            } else {
                int index = switch (op.index()) {
                    case TOKEN -> id;
                    case POSITION -> inputs.position(row);
                    case FIRST -> 0;
                };
                dequantizer.expand(table.row(index), table.in(), y.row(row));
                if (op.scale() != 1) {
                    frame.kernels().scale(y.row(row), op.scale(), y.row(row), y.width());
                }
            }
        });
    }

    /** {@link RowOp.Input}. */
    public static Step input(Frame frame, RowOp.Input op, Buffer y) {
        return new RowStep(frame, Rows.TOKENS, y.width(), row -> {
            StepInputs inputs = frame.inputs();
            int id = inputs.id(row);
            if (id < 0) {
                MemorySegment.copy(inputs.embeddings(), given(inputs, id, y.width()) + 4L * op.start(), Memory.ALL, y.row(row), 4L * y.width());
            } else {
                Memory.clear(y.row(row), 4L * y.width());
            }
        });
    }

    /** Returns where the row of a token that came with one begins, in bytes. */
    private static long given(StepInputs inputs, int id, int width) {
        return 4L * (-1L - id) * (inputs.embeddingWidth() == 0 ? width : inputs.embeddingWidth());
    }

    /** {@link RowOp.SelectOutputs}, and {@link RowOp.SelectRuns} with a longer result: rows lie behind each other. */
    public static Step outputs(Frame frame, Buffer x, Buffer y) {
        return new RowStep(frame, Rows.OUTPUTS, y.width(),
                row -> Memory.copy(x.row(frame.inputs().outputRow(row)), y.row(row), 4L * y.width()));
    }

    /** {@link RowOp.Pool}. */
    public static Step pool(Frame frame, RowOp.Pool op, Buffer x, Buffer y) {
        return new RowStep(frame, Rows.SEQUENCES, y.width(), row -> {
            int first = frame.inputs().firstToken(row);
            int count = frame.inputs().tokenCount(row);
            switch (op.pooling()) {
                case MEAN -> mean(x, first, count, y.row(row));
                case CLS, RANK -> Memory.copy(x.row(first), y.row(row), 4L * y.width());
                case LAST -> Memory.copy(x.row(first + count - 1), y.row(row), 4L * y.width());
                case NONE -> throw new IllegalStateException("pooling NONE makes no rows of sequences");
            }
        });
    }

    private static void mean(Buffer x, int first, int count, long y) {
        for (int i = 0; i < x.width(); i++) {
            double sum = 0;
            for (int t = first; t < first + count; t++) {
                sum += f32(x.row(t) + 4L * i);
            }
            f32(y + 4L * i, (float) (sum / count));
        }
    }
}
