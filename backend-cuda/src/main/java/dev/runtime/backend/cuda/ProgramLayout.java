package dev.runtime.backend.cuda;

import dev.runtime.api.backend.CompileOptions;
import dev.runtime.api.graph.DistanceBias;
import dev.runtime.api.graph.ElementOp;
import dev.runtime.api.graph.ExpertOp;
import dev.runtime.api.graph.Graph;
import dev.runtime.api.graph.Node;
import dev.runtime.api.graph.Op;
import dev.runtime.api.graph.RopeSpec;
import dev.runtime.api.graph.Rows;
import dev.runtime.api.graph.Value;
import dev.runtime.api.graph.Weight;
import dev.runtime.backend.cuda.memory.WeightForm;
import dev.runtime.backend.cuda.memory.WorkPlan;
import dev.runtime.backend.cuda.ops.AttentionStep;
import dev.runtime.backend.cuda.ops.Frame;
import dev.runtime.backend.cuda.ops.MoeStep;
import dev.runtime.backend.cuda.ops.Preparation;
import dev.runtime.backend.cuda.ops.Rotation;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;

/** Where everything is in a program's working memory, as offsets; and which sums are done by the products before them. */
final class ProgramLayout {
    private final CompileOptions limits;
    private final int nodes;
    private final WorkPlan plan = new WorkPlan();
    private final int[] last;
    private final int[] readers;
    private final long[] values;
    private final int[] sums;
    private final Map<Node, long[]> work = new HashMap<>();
    private final Map<RopeSpec, long[]> rotations = new LinkedHashMap<>();
    private final Map<Node, Long> slopes = new HashMap<>();
    private final Map<DistanceBias, Long> biases = new LinkedHashMap<>();
    private long prepared;

    ProgramLayout(Graph graph, CompileOptions limits) {
        this.limits = limits;
        nodes = graph.nodes().size();
        last = new int[nodes];
        readers = new int[nodes];
        values = new long[nodes];
        sums = new int[nodes];
        Arrays.fill(sums, -1);
        for (Node node : graph.nodes()) {
            for (Value input : node.op().inputs()) {
                last[input.id()] = node.output().id();
                readers[input.id()]++;
            }
        }
        graph.outputs().values().forEach(value -> {
            last[value.id()] = nodes;
            readers[value.id()]++;
        });
        graph.nodes().forEach(node -> findSum(graph, node));
        graph.nodes().forEach(this::keep);
        prepared = plan.bytes(prepared, nodes);
        graph.nodes().forEach(this::place);
    }

    /** Places what lives as long as the program, before everything that shares memory. */
    private void keep(Node node) {
        switch (node.op()) {
            case Op.Linear o -> {
                demand(o.weight(), o.x().rows(), 1, Preparation.FEW);
                for (Op.Lora lora : o.adapters()) {
                    demand(lora.a(), o.x().rows(), 1, Preparation.FEW);
                    demand(lora.b(), o.x().rows(), 1, Preparation.FEW);
                }
            }
            case Op.HeadLinear o -> demand(o.weight(), o.x().rows(), Math.toIntExact(o.weight().tensor().dim(2)), Integer.MAX_VALUE);
            case Op.GatedFfn o -> {
                demand(o.gate(), o.x().rows(), 1, Preparation.FEW);
                demand(o.up(), o.x().rows(), 1, Preparation.FEW);
                demand(o.down(), o.x().rows(), 1, Preparation.FEW);
            }
            case ExpertOp.MoeFfn o -> {
                int used = o.route().width() / 2;
                demand(o.gate(), o.x().rows(), 1, Preparation.FEW);
                demand(o.up(), o.x().rows(), 1, Preparation.FEW);
                demand(o.down(), o.x().rows(), used, Preparation.FEW * used);
            }
            case Op.Attention o -> {
                if (o.spec().alibi() != 0) {
                    slopes.put(node, plan.bytes(4L * o.spec().heads(), nodes));
                }
                o.spec().distance().ifPresent(distance -> biases.computeIfAbsent(distance,
                        d -> plan.bytes(4L * o.spec().heads() * (2L * d.farthest() + 1), nodes)));
            }
            case Op.Rope o -> rotations.computeIfAbsent(o.spec(), spec -> new long[] {plan.bytes(Rotation.constantBytes(spec), nodes),
                floats(Rows.TOKENS, spec.dims(), nodes)});
            case Op other -> { }
        }
    }

    /** A sum whose one side is a product that nothing else reads, and whose other side is there before it, is done by the product. */
    private void findSum(Graph graph, Node node) {
        if (node.op() instanceof ElementOp.Add add && !add.a().equals(add.b())) {
            Value late = add.a().id() > add.b().id() ? add.a() : add.b();
            boolean product = switch (graph.nodes().get(late.id()).op()) {
                case Op.Linear o -> o.adapters().isEmpty();
                case Op.GatedFfn o -> true;
                case Op other -> false;
            };
            if (product && readers[late.id()] == 1 && last[late.id()] == node.output().id()) {
                sums[late.id()] = node.output().id();
            }
        }
    }

    private void place(Node node) {
        int id = node.output().id();
        plan.begin(id);
        work.put(node, workOf(node.op(), id));
        if (sums[id] >= 0) {
            values[sums[id]] = floats(node.output().rows(), node.output().width(), last[sums[id]]);
        } else if (!done(node)) {
            values[id] = floats(node.output().rows(), node.output().width(), Math.max(id, last[id]));
        }
    }

    /** Returns the node that adds to a product, or -1. */
    int sum(Value product) {
        return sums[product.id()];
    }

    /** Whether a product has done this sum. */
    boolean done(Node sum) {
        return sum.op() instanceof ElementOp.Add add && (sums[add.a().id()] == sum.output().id() || sums[add.b().id()] == sum.output().id());
    }

    private long floats(Rows rows, long width, int until) {
        return plan.bytes(Math.multiplyExact(4L * Frame.mostRows(limits, rows), width), until);
    }

    private long[] workOf(Op op, int id) {
        return switch (op) {
            case Op.Linear o -> {
                long[] offsets = new long[2 * o.adapters().size()];
                for (int i = 0; i < offsets.length; i += 2) {
                    offsets[i] = floats(o.x().rows(), o.adapters().get(i / 2).a().out(), id);
                    offsets[i + 1] = floats(o.x().rows(), o.weight().out(), id);
                }
                yield offsets;
            }
            case Op.GatedFfn o -> new long[] {floats(o.x().rows(), o.up().out(), id), floats(o.x().rows(), o.up().out(), id)};
            case ExpertOp.MoeFfn o -> {
                int pairs = Math.multiplyExact(Frame.mostRows(limits, o.x().rows()), o.route().width() / 2);
                int experts = Math.toIntExact(o.up().tensor().dim(2));
                yield new long[] {plan.bytes(4L * pairs * o.up().out(), id), plan.bytes(4L * pairs * o.up().out(), id),
                    plan.bytes(4L * pairs * o.down().out(), id), plan.bytes(4L * pairs, id),
                    plan.bytes(4L * MoeStep.tileIntegers(pairs, experts), id)};
            }
            case Op.Attention o -> new long[] {plan.bytes(AttentionStep.partialBytes(o.spec(), limits.maxTokens()), id)};
            case Op other -> new long[0];
        };
    }

    private void demand(Weight weight, Rows rows, int each, int few) {
        int columns = Math.multiplyExact(Frame.mostRows(limits, rows), each);
        prepared = Math.max(prepared, Preparation.bytes(WeightForm.of(weight.tensor().type()).orElseThrow(), weight.in(), columns,
                Math.min(columns, few)));
    }

    /** Returns the offset of a value. */
    long value(Value value) {
        return values[value.id()];
    }

    /** Returns the offsets of a node's working memory. */
    long[] work(Node node) {
        return work.get(node);
    }

    /** Returns the offset of the slopes of an attention with ALiBi. */
    long slopes(Node node) {
        return slopes.get(node);
    }

    /** Returns by kind of learned biases the offset of {@link AttentionStep#biases}. */
    Map<DistanceBias, Long> biases() {
        return biases;
    }

    /** Returns the offset of the place of prepared inputs. */
    long prepared() {
        return prepared;
    }

    /** Returns by kind of rotation the offsets of its constants and of its table of the step. */
    Map<RopeSpec, long[]> rotations() {
        return rotations;
    }

    /** Returns the bytes of all. */
    long size() {
        return plan.size();
    }
}
