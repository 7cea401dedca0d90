package dev.runtime.backend.vulkan.dispatch;

import dev.runtime.api.graph.Activation;
import dev.runtime.api.graph.ExpertOp;
import dev.runtime.api.graph.Node;
import dev.runtime.api.graph.Op;
import dev.runtime.api.graph.Weight;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Operators made of products with weights. */
final class Products {
    /** The most workgroups of the first dimension that every device takes; the kernel goes on from there. */
    private static final int MOST_GROUPS = 65_535;

    /** Rows of a product that a workgroup makes together. */
    private static final int ROWS = 2;

    private final Frame frame;
    private final WorkLayout layout;
    private final WeightView weights;
    private final List<Part> parts;

    /** What differs between the uses of the kernel. */
    private record Call(Region x, Weight weight, long bias, long route, Region y, int used, int xShare, boolean accumulate,
            boolean scaleByRoute, float scale, int heads) {}

    Products(Frame frame, WorkLayout layout, WeightView weights, List<Part> parts) {
        this.frame = frame;
        this.layout = layout;
        this.weights = weights;
        this.parts = parts;
    }

    void linear(Node node, Op.Linear op) {
        Region x = layout.region(op.x());
        Region y = layout.region(node.output());
        add(plain(x, op.weight(), weights.vector(op.bias()), y), List.of(x));
        for (int i = 0; i < op.adapters().size(); i++) {
            Op.Lora lora = op.adapters().get(i);
            Region low = layout.temporary(node, i);
            add(plain(x, lora.a(), 0, low), List.of(x));
            add(new Call(low, lora.b(), 0, 0, y, 1, 1, true, false, lora.scale(), 1), List.of(low, y));
        }
    }

    void gatedFfn(Node node, Op.GatedFfn op) {
        Region x = layout.region(op.x());
        Region gate = layout.temporary(node, 0);
        Region up = layout.temporary(node, 1);
        add(plain(x, op.gate(), 0, gate), List.of(x));
        add(plain(x, op.up(), 0, up), List.of(x));
        gate(gate, up, op.activation(), 1);
        add(plain(gate, op.down(), 0, layout.region(node.output())), List.of(gate));
    }

    /** A column is a pair of a row and one of its experts; pairs of a row stand together. */
    void moeFfn(Node node, ExpertOp.MoeFfn op) {
        Region x = layout.region(op.x());
        Region route = layout.region(op.route());
        Region gate = layout.temporary(node, 0);
        Region up = layout.temporary(node, 1);
        Region down = layout.temporary(node, 2);
        int used = op.route().width() / 2;
        Optional<ExpertOp.ExpertBiases> biases = op.biases();
        if (op.gated()) {
            add(new Call(x, op.gate(), weights.vector(biases.map(ExpertOp.ExpertBiases::gate)), route.address(), gate, used, used, false,
                    op.scaleInput(), 1, 1), List.of(x, route));
        }
        add(new Call(x, op.up(), weights.vector(biases.map(ExpertOp.ExpertBiases::up)), route.address(), op.gated() ? up : gate, used, used,
                false, op.scaleInput(), 1, 1), List.of(x, route));
        if (op.gated()) {
            gate(gate, up, op.activation(), used);
        } else {
            Elements.add(frame, parts, Elements.activate(op.activation()), gate, gate, gate, used);
        }
        add(new Call(gate, op.down(), weights.vector(biases.map(ExpertOp.ExpertBiases::down)), route.address(), down, used, 1, false, false, 1,
                1), List.of(gate, route));
        Region y = layout.region(node.output());
        KernelUse use = KernelUse.of(Kernel.COMBINE);
        int groups = frame.groups(y.width(), 1);
        parts.add(new Part(List.of(down, route), List.of(y), (size, to) -> {
            to.arguments().of(Kernel.COMBINE, down.address(), route.address(), y.address())
                    .integers(y.width(), used, op.scaleInput() ? 0 : 1).floats();
            to.dispatch(use, groups, size.rows(y.rows()), 1);
        }));
    }

    void headLinear(Node node, Op.HeadLinear op) {
        Region x = layout.region(op.x());
        int heads = Math.toIntExact(op.weight().tensor().dim(2));
        add(new Call(x, op.weight(), 0, 0, layout.region(node.output()), 1, 1, false, false, 1, heads), List.of(x));
    }

    private void gate(Region gate, Region up, Activation activation, int share) {
        Elements.add(frame, parts, Elements.gate(activation), gate, up, gate, share);
    }

    private static Call plain(Region x, Weight weight, long bias, Region y) {
        return new Call(x, weight, bias, 0, y, 1, 1, false, false, 1, 1);
    }

    private void add(Call call, List<Region> reads) {
        Weight weight = call.weight();
        int in = weight.in();
        long rowBytes = weight.tensor().type().bytes(in);
        long matrix = weights.matrix(weight);
        long matrixBytes = Math.multiplyExact(rowBytes, weight.tensor().dim(1));
        int matrices = Math.toIntExact(weight.tensor().dim(2));
        int stride = in * call.heads();
        List<Region> all = new ArrayList<>(reads);
        parts.add(new Part(all, List.of(call.y()), (size, to) -> {
            int columns = size.rows(call.y().rows()) * call.used();
            int together = call.route() != 0 || columns == 1 ? 1 : frame.columns();
            to.arguments().of(Kernel.LINEAR, call.x().address(), matrix, call.y().address(), call.bias(), call.route(), matrixBytes)
                    .integers(Math.toIntExact(rowBytes), in, weight.out(), columns, stride, weight.out() * call.heads(), call.used(),
                            call.xShare(), matrices, call.accumulate() ? 1 : 0, call.scaleByRoute() ? 1 : 0)
                    .floats(call.scale());
            to.dispatch(KernelUse.of(Kernel.LINEAR, weight.tensor().type(), ROWS, together, in % 8 == 0 ? 1 : 0),
                    Math.min(MOST_GROUPS, Math.ceilDiv(weight.out(), ROWS)), Math.ceilDiv(columns, together), call.heads());
        }));
    }
}
