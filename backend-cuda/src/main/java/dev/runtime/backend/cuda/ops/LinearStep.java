package dev.runtime.backend.cuda.ops;

import dev.runtime.api.graph.Op;
import dev.runtime.backend.cuda.memory.DeviceMatrix;
import java.util.ArrayList;
import java.util.List;

/** {@link Op.Linear} with its low-rank additions; and {@link Op.HeadLinear}. */
public final class LinearStep implements Step {
    private final Frame frame;
    private final Buffer x;
    private final Preparation input;
    private final boolean prepares;
    private final Product product;
    private final List<Addition> additions = new ArrayList<>();

    private record Addition(Preparation down, Product low, Preparation up, Product high, Step add) {}

    /**
     * A low-rank addition.
     *
     * @param down matrix to the rank
     * @param up matrix from the rank
     * @param low working memory {@code [rows, rank]}
     * @param high working memory {@code [rows, out]}
     */
    public record Adapter(DeviceMatrix down, DeviceMatrix up, float scale, Buffer low, Buffer high) {}

    /**
     * Creates a step.
     *
     * @param input where the input is prepared
     * @param prepares whether this step has to do it; otherwise an earlier one did
     * @param residual address of what is added, or 0
     */
    public LinearStep(Frame frame, Buffer x, DeviceMatrix weight, long bias, long prepared, boolean prepares, long residual, Buffer y,
            List<Adapter> adapters) {
        this.frame = frame;
        this.x = x;
        this.prepares = prepares;
        input = preparation(frame, weight, x, prepared);
        product = new Product(frame, weight, bias, input, x.address(), residual, y.address(), y.width(), Routed.NONE);
        for (Adapter adapter : adapters) {
            Preparation down = preparation(frame, adapter.down(), x, prepared);
            Preparation up = preparation(frame, adapter.up(), adapter.low(), prepared);
            additions.add(new Addition(down,
                    new Product(frame, adapter.down(), 0, down, x.address(), 0, adapter.low().address(), adapter.low().width(), Routed.NONE), up,
                    new Product(frame, adapter.up(), 0, up, adapter.low().address(), 0, adapter.high().address(), adapter.high().width(), Routed.NONE),
                    Elements.accumulate(frame, adapter.high(), adapter.scale(), y)));
        }
    }

    private static Preparation preparation(Frame frame, DeviceMatrix weight, Buffer x, long prepared) {
        int most = frame.most(x.rows());
        return new Preparation(frame, weight.form(), x.address(), x.width(), most, Math.min(most, Preparation.FEW), prepared);
    }

    @Override
    public void run() {
        int columns = frame.rows(x.rows());
        if (columns == 0) {
            return;
        }
        boolean few = columns <= Preparation.FEW;
        if (prepares) {
            input.run(columns, few);
        }
        product.run(columns, few);
        for (int i = 0; i < additions.size(); i++) {
            Addition addition = additions.get(i);
            addition.down.run(columns, few);
            addition.low.run(columns, few);
            addition.up.run(columns, few);
            addition.high.run(columns, few);
            addition.add.run();
        }
    }

    /** Returns a step of {@link Op.HeadLinear}: pairs of a row and a matrix, along rows whatever their number. */
    public static Step heads(Frame frame, Buffer x, DeviceMatrix weight, int heads, long prepared, Buffer y) {
        int most = Math.multiplyExact(frame.most(x.rows()), heads);
        Preparation input = new Preparation(frame, weight.form(), x.address(), weight.in(), most, most, prepared);
        Product product = new Product(frame, weight, 0, input, x.address(), 0, y.address(), weight.rows(),
                new Routed(0, 1, false, false, heads, 0, 0));
        return () -> {
            int pairs = frame.rows(x.rows()) * heads;
            input.run(pairs, true);
            product.runPairs(pairs, true);
        };
    }
}
