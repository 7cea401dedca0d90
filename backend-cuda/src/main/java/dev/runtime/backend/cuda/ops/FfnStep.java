package dev.runtime.backend.cuda.ops;

import dev.runtime.api.graph.Activation;
import dev.runtime.api.graph.Op;
import dev.runtime.backend.cuda.memory.DeviceMatrix;

/** {@link Op.GatedFfn}. */
public final class FfnStep implements Step {
    private final Frame frame;
    private final Buffer x;
    private final Preparation input;
    private final Preparation upInput;
    private final Product gate;
    private final Product up;
    private final Step act;
    private final Preparation hidden;
    private final Product down;

    /**
     * Creates a step.
     *
     * @param gated working memory {@code [rows, hidden]}
     * @param upward working memory of the same size
     * @param prepared where inputs are prepared
     * @param residual address of what is added, or 0
     */
    public FfnStep(Frame frame, Buffer x, DeviceMatrix gate, DeviceMatrix up, DeviceMatrix down, Activation activation, Buffer gated,
            Buffer upward, long prepared, long residual, Buffer y) {
        this.frame = frame;
        this.x = x;
        int most = frame.most(x.rows());
        int few = Math.min(most, Preparation.FEW);
        input = new Preparation(frame, gate.form(), x.address(), x.width(), most, few, prepared);
        upInput = input.serves(up.form()) ? input : new Preparation(frame, up.form(), x.address(), x.width(), most, few, prepared);
        hidden = new Preparation(frame, down.form(), gated.address(), gated.width(), most, few, prepared);
        this.gate = new Product(frame, gate, 0, input, x.address(), 0, gated.address(), gated.width(), Routed.NONE);
        this.up = new Product(frame, up, 0, upInput, x.address(), 0, upward.address(), upward.width(), Routed.NONE);
        act = Elements.gate(frame, activation, gated, upward, gated);
        this.down = new Product(frame, down, 0, hidden, gated.address(), residual, y.address(), y.width(), Routed.NONE);
    }

    @Override
    public void run() {
        int columns = frame.rows(x.rows());
        if (columns == 0) {
            return;
        }
        boolean few = columns <= Preparation.FEW;
        input.run(columns, few);
        gate.run(columns, few);
        if (upInput != input) {
            upInput.run(columns, few);
        }
        up.run(columns, few);
        act.run();
        hidden.run(columns, few);
        down.run(columns, few);
    }
}
