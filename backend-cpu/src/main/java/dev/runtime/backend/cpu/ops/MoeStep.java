package dev.runtime.backend.cpu.ops;

import static dev.runtime.backend.cpu.memory.Memory.f32;

import dev.runtime.api.graph.ExpertOp;
import dev.runtime.backend.cpu.kernels.Matrix;
import dev.runtime.backend.cpu.memory.Memory;
import java.util.List;

/** {@link ExpertOp.MoeFfn}: expert by expert, the rows that chose it gathered side by side. */
public final class MoeStep implements Step {
    private final Frame frame;
    private final ExpertOp.MoeFfn op;
    private final Buffer x;
    private final Buffer route;
    private final Buffer y;
    private final Work work;
    private final Products[] gateAndUp;
    private final Products[] downs;

    /**
     * Working memory, each with as many rows as the operator.
     *
     * @param gathered {@code [rows, in]}
     * @param gate {@code [rows, hidden]}
     * @param up {@code [rows, hidden]}
     * @param down {@code [rows, out]}
     */
    public record Work(Buffer gathered, Buffer gate, Buffer up, Buffer down) {}

    /**
     * The matrices of one expert.
     *
     * @param gateBias address of one float a row, or 0; the others likewise
     */
    public record Expert(Matrix gate, long gateBias, Matrix up, long upBias, Matrix down, long downBias) {}

    /** Creates a step. */
    public MoeStep(Frame frame, ExpertOp.MoeFfn op, Buffer x, Buffer route, List<Expert> experts, Work work, Buffer y) {
        this.frame = frame;
        this.op = op;
        this.x = x;
        this.route = route;
        this.y = y;
        this.work = work;
        gateAndUp = new Products[experts.size()];
        downs = new Products[experts.size()];
        for (int e = 0; e < gateAndUp.length; e++) {
            Expert expert = experts.get(e);
            Products.Product up = new Products.Product(expert.up(), expert.upBias(), work.up().address(), work.up().width());
            gateAndUp[e] = new Products(frame, !op.gated() ? List.of(up) : List.of(
                    new Products.Product(expert.gate(), expert.gateBias(), work.gate().address(), work.gate().width()), up));
            downs[e] = new Products(frame, List.of(
                    new Products.Product(expert.down(), expert.downBias(), work.down().address(), work.down().width())));
        }
    }

    @Override
    public void run() {
        int rows = frame.rows(x.rows());
        if (rows == 0) {
            return;
        }
        Memory.clear(y.address(), 4L * rows * y.width());
        for (int e = 0; e < downs.length; e++) {
            int count = gather(e, rows);
            if (count > 0) {
                gateAndUp[e].run(work.gathered().address(), count);
                function(count * work.gate().width());
                downs[e].run(work.gate().address(), count);
                scatter(e, rows);
            }
        }
    }

    private void function(int elements) {
        if (op.gated()) {
            frame.kernels().gate(op.activation(), work.gate().address(), work.up().address(), work.gate().address(), elements);
        } else {
            frame.kernels().activate(op.activation(), work.up().address(), work.gate().address(), elements);
        }
    }

    private int gather(int expert, int rows) {
        int count = 0;
        for (int row = 0; row < rows; row++) {
            int place = place(expert, row);
            if (place >= 0) {
                frame.kernels().scale(x.row(row), op.scaleInput() ? weight(row, place) : 1, work.gathered().row(count++), x.width());
            }
        }
        return count;
    }

    private void scatter(int expert, int rows) {
        int count = 0;
        for (int row = 0; row < rows; row++) {
            int place = place(expert, row);
            if (place >= 0) {
                frame.kernels().accumulate(work.down().row(count++), op.scaleInput() ? 1 : weight(row, place), y.row(row), y.width());
            }
        }
    }

    /** Where among its experts a row has this one, or -1. */
    private int place(int expert, int row) {
        for (int i = 0; i < route.width() / 2; i++) {
            if (f32(route.row(row) + 4L * i) == expert) {
                return i;
            }
        }
        return -1;
    }

    private float weight(int row, int place) {
        return f32(route.row(row) + 4L * (route.width() / 2 + place));
    }
}
