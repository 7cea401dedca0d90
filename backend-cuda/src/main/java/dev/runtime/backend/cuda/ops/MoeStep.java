package dev.runtime.backend.cuda.ops;

import static dev.runtime.backend.cuda.ffi.Launch.bits;

import dev.runtime.api.graph.ExpertOp;
import dev.runtime.api.graph.MoeSpec;
import dev.runtime.backend.cuda.ffi.Launch;
import dev.runtime.backend.cuda.memory.DeviceMatrix;

/**
 * {@link ExpertOp.MoeFfn} and {@link ExpertOp.MoeRoute}. With few rows every pair of a row and an expert reads its matrix; with many,
 * pairs are sorted by expert and go by tiles. The choice never leaves the device.
 */
public final class MoeStep implements Step {
    private static final int ROUTE_THREADS = 32;

    private final Frame frame;
    private final Buffer x;
    private final int used;
    private final Launch order;
    private final Routed routed;
    private final Preparation input;
    private final Preparation upInput;
    private final Preparation hidden;
    private final Product gate;
    private final Product up;
    private final Product down;
    private final Launch act;
    private final Launch sum;
    private final int hiddenWidth;
    private final int outWidth;

    /** The weights of all experts, and addresses of their biases or 0. */
    public record Experts(DeviceMatrix gate, long gateBias, DeviceMatrix up, long upBias, DeviceMatrix down, long downBias) {}

    /**
     * Working memory.
     *
     * @param gate {@code [rows * used, hidden]} floats
     * @param up likewise
     * @param down {@code [rows * used, out]} floats
     * @param order {@code rows * used} integers
     * @param tiles three integers a tile
     * @param prepared where inputs are prepared
     */
    public record Work(long gate, long up, long down, long order, long tiles, long prepared) {}

    /** Creates a step. */
    public MoeStep(Frame frame, ExpertOp.MoeFfn op, Buffer x, Buffer route, Experts experts, Work work, Buffer y) {
        this.frame = frame;
        this.x = x;
        used = route.width() / 2;
        hiddenWidth = experts.up().rows();
        outWidth = y.width();
        int count = Math.toIntExact(op.up().tensor().dim(2));
        int most = frame.most(x.rows());
        int few = Math.min(most, Preparation.FEW);
        order = frame.launch("moe", "moe_order", Frame.THREADS, 8 * count, route.address(), 0, used, count, Product.TILE, work.order(),
                work.tiles(), 0);
        routed = new Routed(route.address(), used, true, op.scaleInput(), count, work.order(), work.tiles());
        Routed second = new Routed(route.address(), used, false, false, count, work.order(), work.tiles());
        input = new Preparation(frame, experts.gate().form(), x.address(), x.width(), most, few, work.prepared());
        upInput = input.serves(experts.up().form()) ? input
                : new Preparation(frame, experts.up().form(), x.address(), x.width(), most, few, work.prepared());
        hidden = new Preparation(frame, experts.down().form(), work.gate(), hiddenWidth, most * used, few * used, work.prepared());
        gate = op.gated() ? new Product(frame, experts.gate(), experts.gateBias(), input, x.address(), 0, work.gate(), hiddenWidth, routed) : null;
        up = new Product(frame, experts.up(), experts.upBias(), upInput, x.address(), 0, work.up(), hiddenWidth, routed);
        down = new Product(frame, experts.down(), experts.downBias(), hidden, work.gate(), 0, work.down(), outWidth, second);
        int function = op.activation().ordinal();
        act = op.gated()
                ? frame.launch("elements", "gate", Frame.THREADS, 0, function, work.gate(), work.up(), work.gate(), 0)
                : frame.launch("elements", "activate", Frame.THREADS, 0, function, work.up(), work.gate(), 0);
        sum = frame.launch("moe", "moe_sum", Frame.THREADS, 0, work.down(), route.address(), op.scaleInput() ? 0 : 1, y.address(), outWidth, used, 0);
    }

    @Override
    public void run() {
        int rows = frame.rows(x.rows());
        if (rows == 0) {
            return;
        }
        int pairs = rows * used;
        boolean few = rows <= Preparation.FEW;
        if (!few) {
            int most = routed.mostTiles(pairs);
            order.set(1, pairs);
            order.set(7, most);
            order.run(frame.stream(), 1, 1, 1);
        }
        input.run(rows, few);
        if (gate != null) {
            gate.runPairs(pairs, few);
        }
        if (upInput != input) {
            upInput.run(rows, few);
        }
        up.runPairs(pairs, few);
        long elements = (long) pairs * hiddenWidth;
        act.set(gate != null ? 4 : 3, elements);
        act.run(frame.stream(), Frame.blocks(elements), 1, 1);
        hidden.run(pairs, few);
        down.runPairs(pairs, few);
        sum.set(6, (long) rows * outWidth);
        sum.run(frame.stream(), Frame.blocks((long) rows * outWidth), 1, 1);
    }

    /** Returns the integers of the tiles of pairs. */
    public static long tileIntegers(int pairs, int experts) {
        return 3L * new Routed(0, 1, true, false, experts, 0, 0).mostTiles(pairs);
    }

    /** {@link ExpertOp.MoeRoute}; addresses of floats, 0 for none. */
    public static Step route(Frame frame, MoeSpec spec, Buffer logits, long bias, long factors, Buffer y) {
        Launch launch = frame.launch("moe", "moe_route", ROUTE_THREADS, 4 * (2 * spec.experts() + spec.groups()), logits.address(), bias, factors,
                y.address(), spec.experts(), spec.used(), spec.gating().ordinal(), spec.normalize() ? 1 : 0, bits(spec.scale()), spec.groups(),
                spec.groupsUsed());
        return () -> launch.run(frame.stream(), frame.rows(logits.rows()), 1, 1);
    }
}
