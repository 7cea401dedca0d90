package dev.runtime.backend.cpu;

import dev.runtime.api.backend.CompileOptions;
import dev.runtime.api.graph.AttentionSpec;
import dev.runtime.api.graph.DistanceBias;
import dev.runtime.api.graph.ElementOp;
import dev.runtime.api.graph.ExpertOp;
import dev.runtime.api.graph.Graph;
import dev.runtime.api.graph.Node;
import dev.runtime.api.graph.Op;
import dev.runtime.api.graph.RecurrentOp;
import dev.runtime.api.graph.RopeSpec;
import dev.runtime.api.graph.RowOp;
import dev.runtime.api.graph.Rows;
import dev.runtime.api.graph.Value;
import dev.runtime.api.graph.Weight;
import dev.runtime.backend.cpu.kernels.InputForm;
import dev.runtime.backend.cpu.kernels.Kernels;
import dev.runtime.backend.cpu.memory.Memory;
import dev.runtime.backend.cpu.ops.AttentionStep;
import dev.runtime.backend.cpu.ops.Buffer;
import dev.runtime.backend.cpu.ops.CacheTurn;
import dev.runtime.backend.cpu.ops.Elementwise;
import dev.runtime.backend.cpu.ops.FfnStep;
import dev.runtime.backend.cpu.ops.Frame;
import dev.runtime.backend.cpu.ops.HeadLinearStep;
import dev.runtime.backend.cpu.ops.KvWriteStep;
import dev.runtime.backend.cpu.ops.LinearStep;
import dev.runtime.backend.cpu.ops.Modulation;
import dev.runtime.backend.cpu.ops.MoeStep;
import dev.runtime.backend.cpu.ops.Recurrent;
import dev.runtime.backend.cpu.ops.Rotation;
import dev.runtime.backend.cpu.ops.Routing;
import dev.runtime.backend.cpu.ops.Selection;
import dev.runtime.backend.cpu.ops.Step;
import dev.runtime.backend.cpu.quant.Dequantizers;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Turns a graph into steps. The plan of the memory comes first ({@link #layout}), since its size is asked for on its own;
 * then the steps are made with all addresses in place ({@link #steps}).
 */
final class ProgramCompiler {
    private final Graph graph;
    private final CompileOptions limits;
    private final Kernels kernels;
    private final Schedule schedule;
    private final MemoryPlan plan;
    private final long[] values;
    private final Map<Node, long[]> work = new LinkedHashMap<>();
    private final Map<RopeSpec, Long> rotations = new LinkedHashMap<>();
    private long preparedBytes;
    private long scratchBytes;
    private long prepared;
    private long base;

    ProgramCompiler(Graph graph, CompileOptions limits, Kernels kernels, boolean reuse) {
        this.graph = graph;
        this.limits = limits;
        this.kernels = kernels;
        schedule = Schedule.of(graph, kernels);
        plan = new MemoryPlan(limits, reuse);
        values = new long[graph.nodes().size()];
    }

    /** Plans the working memory and returns its bytes; the scratch of {@code slots} threads comes after it. */
    long layout(int slots) {
        int end = schedule.steps().size();
        for (int s = 0; s < end; s++) {
            for (Node node : schedule.steps().get(s)) {
                Value value = node.output();
                values[value.id()] = plan.floats(value.rows(), value.width(), s, schedule.last()[value.id()]);
                work.put(node, workOf(node.op(), s));
                demand(node.op());
            }
        }
        prepared = plan.bytes(preparedBytes, 0, end);
        scratchBytes = Memory.align(scratchBytes);
        return Math.addExact(plan.size(), Math.multiplyExact(scratchBytes, slots));
    }

    /** Offsets of the working memory of an operator, in the order in which {@link #step} takes them. */
    private long[] workOf(Op op, int s) {
        return switch (op) {
            case Op.GatedFfn o -> new long[] {floats(o.x(), o.up().out(), s), floats(o.x(), o.up().out(), s)};
            case ExpertOp.MoeFfn o -> new long[] {floats(o.x(), o.x().width(), s), floats(o.x(), o.up().out(), s),
                floats(o.x(), o.up().out(), s), floats(o.x(), o.down().out(), s)};
            case ExpertOp.MoeRoute o -> new long[] {plan.bytes(Routing.workBytes(o.spec()) * plan.rows(o.logits().rows()), s, s)};
            case Op.Linear o -> {
                long[] offsets = new long[2 * o.adapters().size()];
                for (int i = 0; i < offsets.length; i += 2) {
                    offsets[i] = floats(o.x(), o.adapters().get(i / 2).a().out(), s);
                    offsets[i + 1] = floats(o.x(), o.weight().out(), s);
                }
                yield offsets;
            }
            case Op.HeadLinear o -> new long[] {floats(o.x(), o.weight().in(), s)};
            case Op.Rope o -> {
                rotations.computeIfAbsent(o.spec(), spec -> plan.floats(Rows.TOKENS, spec.dims(), 0, schedule.steps().size()));
                yield new long[0];
            }
            case Op other -> new long[0];
        };
    }

    private long floats(Value like, int width, int s) {
        return plan.floats(like.rows(), width, s, s);
    }

    /** Raises the sizes of the prepared input and of the scratch to what an operator needs. */
    private void demand(Op op) {
        switch (op) {
            case Op.Linear o -> {
                demand(o.weight(), o.x());
                for (Op.Lora lora : o.adapters()) {
                    demand(lora.a(), o.x());
                    demand(lora.b(), o.x());
                }
            }
            case Op.HeadLinear o -> demand(o.weight(), o.x());
            case Op.GatedFfn o -> {
                demand(o.gate(), o.x());
                demand(o.up(), o.x());
                demand(o.down(), o.x());
            }
            case ExpertOp.MoeFfn o -> {
                demand(o.gate(), o.x());
                demand(o.up(), o.x());
                demand(o.down(), o.x());
            }
            case Op.Attention o -> {
                scratchBytes = Math.max(scratchBytes, kernels.attentionScratch(o.spec(),
                        o.spec().cacheLayer() == AttentionSpec.NO_CACHE ? limits.maxTokens() : limits.contextLength()));
                scratchBytes = Math.max(scratchBytes, CacheTurn.scratch(o.spec().keySize()));
            }
            case Op.KvWrite o -> scratchBytes = Math.max(scratchBytes, CacheTurn.scratch(o.layer().keySize()));
            case Op other -> { }
        }
    }

    private void demand(Weight weight, Value like) {
        int columns = plan.rows(like.rows());
        InputForm form = kernels.inputForm(weight.tensor().type());
        preparedBytes = Math.max(preparedBytes, kernels.preparedBytes(form, weight.in(), columns));
        scratchBytes = Math.max(scratchBytes, kernels.productScratch(weight.in(), columns));
    }

    /** Makes the steps, with working memory at an address. */
    List<Step> steps(Frame frame, WeightMemory weights, long address) {
        base = address;
        frame.memory(base + prepared, base + plan.size(), scratchBytes);
        List<Step> steps = new ArrayList<>();
        rotations.forEach((spec, offset) ->
                steps.add(Rotation.table(frame, spec, weights.floats(spec.factors()), base + offset)));
        for (List<Node> nodes : schedule.steps()) {
            steps.add(nodes.getFirst().op() instanceof Op.Linear linear
                    ? linears(frame, weights, linear, nodes)
                    : step(frame, weights, nodes.getFirst()));
        }
        return steps;
    }

    /** Returns where a value is. */
    Buffer buffer(Value value) {
        return new Buffer(base + values[value.id()], value.rows(), value.width());
    }

    private Buffer buffer(Node node, int index, Value like, int width) {
        return new Buffer(base + work.get(node)[index], like.rows(), width);
    }

    private Step step(Frame frame, WeightMemory weights, Node node) {
        Buffer y = buffer(node.output());
        return switch (node.op()) {
            case Op.Embed o -> Selection.embed(frame, o, weights.table(o.table()),
                    Dequantizers.of(o.table().tensor().type()).orElseThrow(), y);
            case Op.Linear o -> throw new IllegalStateException("linear operators make steps of their own: " + o);
            case Op.RmsNorm o -> Elementwise.rmsNorm(frame, o, buffer(o.x()), vector(weights, o.weight()),
                    shared(o.weight(), o.x()), y);
            case Op.LayerNorm o -> Elementwise.layerNorm(frame, o, buffer(o.x()), vector(weights, o.weight()),
                    shared(o.weight(), o.x()), vector(weights, o.bias()), shared(o.bias(), o.x()), y);
            case Op.Rope o -> Rotation.rotate(frame, o, buffer(o.x()), base + rotations.get(o.spec()), y);
            case Op.Attention o -> new AttentionStep(frame, o.spec(), buffer(o.q()), o.k().map(this::buffer),
                    o.v().map(this::buffer), weights.floats(o.spec().sinks()),
                    weights.floats(o.spec().distance().map(DistanceBias::table)), y);
            case Op.KvWrite o -> new KvWriteStep(frame, o, buffer(o.k()), buffer(o.v()), y);
            case Op.GatedFfn o -> new FfnStep(frame, buffer(o.x()), weights.matrix(o.gate()), weights.matrix(o.up()),
                    weights.matrix(o.down()), o.activation(), buffer(node, 0, o.x(), o.up().out()),
                    buffer(node, 1, o.x(), o.up().out()), y);
            case ElementOp.Activate o -> Elementwise.activate(frame, o, buffer(o.x()), y);
            case ElementOp.Add o -> Elementwise.add(frame, buffer(o.a()), buffer(o.b()), y);
            case ElementOp.Mul o -> Elementwise.multiply(frame, buffer(o.a()), buffer(o.b()), y);
            case ElementOp.Scale o -> Elementwise.scale(frame, o, buffer(o.x()), y);
            case ElementOp.SoftCap o -> Elementwise.softCap(frame, o, buffer(o.x()), y);
            case ExpertOp.MoeRoute o -> Routing.route(frame, o.spec(), weights.floats(o.bias()), weights.floats(o.factors()), buffer(o.logits()),
                    base + work.get(node)[0], y);
            case ExpertOp.MoeFfn o -> experts(frame, weights, node, o, y);
            case RecurrentOp.Conv1d o -> Recurrent.conv1d(frame, o, buffer(o.x()), weights.vector(o.kernel()), vector(weights, o.bias()), y);
            case RecurrentOp.SsmScan o -> Recurrent.ssmScan(frame, o, buffer(o.x()), buffer(o.dt()), buffer(o.b()), buffer(o.c()),
                    weights.vector(o.a()), weights.vector(o.d()), y);
            case RecurrentOp.DeltaNet o -> Recurrent.deltaNet(frame, o, buffer(o.q()), buffer(o.k()), buffer(o.v()), buffer(o.g()),
                    buffer(o.beta()), y);
            case RowOp.Pool o -> Selection.pool(frame, o, buffer(o.x()), y);
            case RowOp.Concat o when o.groups() > 1 -> Modulation.interleave(frame, o.groups(),
                    o.parts().stream().map(this::buffer).toArray(Buffer[]::new), y);
            case RowOp.Concat o -> Elementwise.concat(frame, o.parts().stream().map(this::buffer).toList(), y);
            case ElementOp.Clamp o -> Modulation.clamp(frame, o, buffer(o.x()), y);
            case ElementOp.PositionScale o -> Modulation.positionScale(frame, o, buffer(o.x()), y);
            case ElementOp.Xielu o -> Modulation.xielu(frame, o, buffer(o.x()), y);
            case ElementOp.MatchNorm o -> Modulation.matchNorm(frame, buffer(o.x()), buffer(o.like()), y);
            case ElementOp.DeviationCut o -> Modulation.deviationCut(frame, o, buffer(o.x()), y);
            case Op.HeadLinear o -> new HeadLinearStep(frame, buffer(o.x()), IntStream.range(0, Math.toIntExact(o.weight().tensor().dim(2)))
                    .mapToObj(head -> weights.expert(o.weight(), head)).toList(), buffer(node, 0, o.x(), o.weight().in()), y);
            case RowOp.Slice o -> Elementwise.slice(frame, o, buffer(o.x()), y);
            case RowOp.SelectOutputs o -> Selection.outputs(frame, buffer(o.x()), y);
            case RowOp.Input o -> Selection.input(frame, o, y);
            case RowOp.SelectRuns o -> Selection.outputs(frame, buffer(o.x()), y);
        };
    }

    private Step linears(Frame frame, WeightMemory weights, Op.Linear first, List<Node> nodes) {
        List<LinearStep.Member> members = new ArrayList<>();
        for (Node node : nodes) {
            Op.Linear op = (Op.Linear) node.op();
            Buffer y = buffer(node.output());
            List<LinearStep.Adapter> adapters = new ArrayList<>();
            for (int i = 0; i < op.adapters().size(); i++) {
                Op.Lora lora = op.adapters().get(i);
                adapters.add(new LinearStep.Adapter(weights.matrix(lora.a()), weights.matrix(lora.b()), lora.scale(),
                        base + work.get(node)[2 * i], base + work.get(node)[2 * i + 1], y));
            }
            members.add(new LinearStep.Member(weights.matrix(op.weight()), vector(weights, op.bias()), y, adapters));
        }
        return new LinearStep(frame, buffer(first.x()), members);
    }

    private Step experts(Frame frame, WeightMemory weights, Node node, ExpertOp.MoeFfn o, Buffer y) {
        int count = Math.toIntExact(o.gate().tensor().dim(2));
        List<MoeStep.Expert> experts = new ArrayList<>();
        for (int e = 0; e < count; e++) {
            experts.add(new MoeStep.Expert(
                    weights.expert(o.gate(), e), expertBias(weights, o.biases().map(ExpertOp.ExpertBiases::gate), e),
                    weights.expert(o.up(), e), expertBias(weights, o.biases().map(ExpertOp.ExpertBiases::up), e),
                    weights.expert(o.down(), e), expertBias(weights, o.biases().map(ExpertOp.ExpertBiases::down), e)));
        }
        MoeStep.Work buffers = new MoeStep.Work(buffer(node, 0, o.x(), o.x().width()), buffer(node, 1, o.x(), o.up().out()),
                buffer(node, 2, o.x(), o.up().out()), buffer(node, 3, o.x(), o.down().out()));
        return new MoeStep(frame, o, buffer(o.x()), buffer(o.route()), experts, buffers, y);
    }

    private static long expertBias(WeightMemory weights, Optional<Weight> bias, int expert) {
        return bias.map(w -> weights.vector(w) + 4L * expert * w.in()).orElse(0L);
    }

    private static long vector(WeightMemory weights, Optional<Weight> weight) {
        return weight.map(weights::vector).orElse(0L);
    }

    /** Whether a norm's weight is one part long and serves all parts of a row. */
    private static boolean shared(Optional<Weight> weight, Value x) {
        return weight.isPresent() && weight.get().tensor().elements() != x.width();
    }
}
