package dev.runtime.backend.cpu.ops;

import dev.runtime.api.graph.Activation;
import dev.runtime.api.graph.Op;
import dev.runtime.backend.cpu.kernels.Matrix;
import java.util.List;

/** {@link Op.GatedFfn}: gate and up in one region, the activation, then down. */
public final class FfnStep implements Step {
    private final Frame frame;
    private final Buffer x;
    private final Products gateAndUp;
    private final Step act;
    private final Products down;
    private final long hidden;

    /**
     * Creates a step.
     *
     * @param gated working memory {@code [rows, hidden]} for the gate's product and its result
     * @param upward working memory of the same size
     */
    public FfnStep(Frame frame, Buffer x, Matrix gate, Matrix up, Matrix down, Activation activation, Buffer gated, Buffer upward,
            Buffer y) {
        this.frame = frame;
        this.x = x;
        hidden = gated.address();
        gateAndUp = new Products(frame, List.of(
                new Products.Product(gate, 0, gated.address(), gated.width()),
                new Products.Product(up, 0, upward.address(), upward.width())));
        act = new RowStep(frame, x.rows(), 8 * gated.width(),
                row -> frame.kernels().gate(activation, gated.row(row), upward.row(row), gated.row(row), gated.width()));
        this.down = new Products(frame, List.of(new Products.Product(down, 0, y.address(), y.width())));
    }

    @Override
    public void run() {
        int rows = frame.rows(x.rows());
        gateAndUp.run(x.address(), rows);
        act.run();
        down.run(hidden, rows);
    }
}
