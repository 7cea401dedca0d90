package dev.runtime.backend.cuda;

import static java.lang.foreign.ValueLayout.JAVA_DOUBLE;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT;

import dev.runtime.api.graph.ElementOp;
import dev.runtime.api.graph.ExpertOp;
import dev.runtime.api.graph.Graph;
import dev.runtime.api.graph.Node;
import dev.runtime.api.graph.Op;
import dev.runtime.api.graph.RecurrentOp;
import dev.runtime.api.graph.RowOp;
import dev.runtime.api.graph.Value;
import dev.runtime.api.graph.Weight;
import dev.runtime.backend.cuda.ffi.Driver;
import dev.runtime.backend.cuda.memory.WeightForm;
import dev.runtime.backend.cuda.memory.WeightMemory;
import dev.runtime.backend.cuda.ops.AttentionStep;
import dev.runtime.backend.cuda.ops.Buffer;
import dev.runtime.backend.cuda.ops.CacheWrite;
import dev.runtime.backend.cuda.ops.Elements;
import dev.runtime.backend.cuda.ops.FfnStep;
import dev.runtime.backend.cuda.ops.Frame;
import dev.runtime.backend.cuda.ops.GivenRows;
import dev.runtime.backend.cuda.ops.InputForm;
import dev.runtime.backend.cuda.ops.LinearStep;
import dev.runtime.backend.cuda.ops.MoeStep;
import dev.runtime.backend.cuda.ops.Recurrent;
import dev.runtime.backend.cuda.ops.Rotation;
import dev.runtime.backend.cuda.ops.RowBlocks;
import dev.runtime.backend.cuda.ops.Step;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Turns the nodes of a graph into steps, with all addresses in place. */
final class ProgramCompiler {
    private final Graph graph;
    private final ProgramLayout layout;
    private final WeightMemory weights;
    private final Frame frame;
    private final long base;
    private final List<Step> steps = new ArrayList<>();
    private Optional<Prepared> prepared = Optional.empty();

    /** What the place of prepared inputs holds: a value in the form that weights like this one take. */
    private record Prepared(Value value, InputForm form) {}

    /**
     * Creates a compiler.
     *
     * @param base address of the working memory
     */
    ProgramCompiler(Graph graph, ProgramLayout layout, WeightMemory weights, Frame frame, long base) {
        this.graph = graph;
        this.layout = layout;
        this.weights = weights;
        this.frame = frame;
        this.base = base;
    }

    List<Step> compile() {
        layout.rotations().forEach((spec, offsets) -> {
            double[] turns = Rotation.turns(spec, spec.factors().map(this::floats).orElse(new float[0]));
            upload(MemorySegment.ofArray(turns), base + offsets[0]);
            int[] axes = Rotation.axes(spec);
            if (axes.length > 0) {
                upload(MemorySegment.ofArray(axes), base + offsets[0] + Rotation.axesOffset(spec));
            }
            steps.add(Rotation.table(frame, spec, base + offsets[0], base + offsets[1]));
        });
        layout.biases().forEach((distance, offset) ->
                upload(MemorySegment.ofArray(AttentionStep.biases(distance, floats(distance.table()))), base + offset));
        for (Node node : graph.nodes()) {
            if (!layout.done(node)) {
                compile(node);
            }
        }
        return steps;
    }

    /** Returns where a value is. */
    Buffer buffer(Value value) {
        return new Buffer(base + layout.value(value), value.rows(), value.width());
    }

    private void compile(Node node) {
        Buffer y = buffer(node.output());
        switch (node.op()) {
            case RowOp.Concat o -> concat(o, y);
            case Op.Linear o -> steps.add(linear(node, o));
            case Op.GatedFfn o -> {
                long[] work = layout.work(node);
                prepared = Optional.empty();
                steps.add(new FfnStep(frame, buffer(o.x()), weights.matrix(o.gate()), weights.matrix(o.up()), weights.matrix(o.down()),
                        o.activation(), new Buffer(base + work[0], o.x().rows(), o.up().out()), new Buffer(base + work[1], o.x().rows(), o.up().out()),
                        base + layout.prepared(), residual(node), result(node)));
            }
            case ExpertOp.MoeFfn o -> {
                prepared = Optional.empty();
                steps.add(experts(node, o, y));
            }
            case Op.HeadLinear o -> {
                prepared = Optional.empty();
                steps.add(LinearStep.heads(frame, buffer(o.x()), weights.matrix(o.weight()), Math.toIntExact(o.weight().tensor().dim(2)),
                        base + layout.prepared(), y));
            }
            case Op other -> steps.add(step(node, other, y));
        }
    }

    private Step step(Node node, Op op, Buffer y) {
        return switch (op) {
            case Op.Embed o -> RowBlocks.embed(frame, o, weights.matrix(o.table()), y);
            case Op.KvWrite o -> keysAndValues(o, y);
            case Op.RmsNorm o -> RowBlocks.rmsNorm(frame, o, buffer(o.x()), vector(o.weight()), shared(o.weight(), o.x()), y);
            case Op.LayerNorm o -> RowBlocks.layerNorm(frame, o, buffer(o.x()), vector(o.weight()), shared(o.weight(), o.x()), vector(o.bias()),
                    shared(o.bias(), o.x()), y);
            case Op.Rope o -> Rotation.rotate(frame, o, buffer(o.x()), base + layout.rotations().get(o.spec())[1], y);
            case Op.Attention o -> attention(node, o, y);
            case ElementOp.Activate o -> Elements.activate(frame, o.activation(), buffer(o.x()), y);
            case ElementOp.Add o -> Elements.add(frame, buffer(o.a()), buffer(o.b()), y);
            case ElementOp.Mul o -> Elements.multiply(frame, buffer(o.a()), buffer(o.b()), y);
            case ElementOp.Scale o -> Elements.scale(frame, o, buffer(o.x()), y);
            case ElementOp.SoftCap o -> Elements.softCap(frame, o, buffer(o.x()), y);
            case ElementOp.Clamp o -> Elements.clamp(frame, o, buffer(o.x()), y);
            case ElementOp.PositionScale o -> Elements.positionScale(frame, o, buffer(o.x()), y);
            case ElementOp.Xielu o -> Elements.xielu(frame, o, buffer(o.x()), y);
            case ElementOp.MatchNorm o -> RowBlocks.matchNorm(frame, buffer(o.x()), buffer(o.like()), y);
            case ElementOp.DeviationCut o -> RowBlocks.deviationCut(frame, o, buffer(o.x()), y);
            case ExpertOp.MoeRoute o -> MoeStep.route(frame, o.spec(), buffer(o.logits()), vector(o.bias()), vector(o.factors()), y);
            case RecurrentOp.Conv1d o -> Recurrent.conv1d(frame, o, buffer(o.x()), weights.vector(o.kernel()), vector(o.bias()), y);
            case RecurrentOp.SsmScan o -> Recurrent.ssmScan(frame, o, buffer(o.x()), buffer(o.dt()), buffer(o.b()), buffer(o.c()),
                    weights.vector(o.a()), weights.vector(o.d()), y);
            case RecurrentOp.DeltaNet o -> Recurrent.deltaNet(frame, o, buffer(o.q()), buffer(o.k()), buffer(o.v()), buffer(o.g()),
                    buffer(o.beta()), y);
            case RowOp.Pool o -> Elements.pool(frame, o.pooling(), buffer(o.x()), y);
            case RowOp.Slice o -> Elements.slice(frame, o, buffer(o.x()), y);
            case RowOp.SelectOutputs o -> Elements.outputs(frame, buffer(o.x()), y);
            case RowOp.Input o -> GivenRows.input(frame, o, y);
            case RowOp.SelectRuns o -> GivenRows.runs(frame, buffer(o.x()), y);
            case Op.Linear o -> throw several(o);
            case Op.GatedFfn o -> throw several(o);
            case ExpertOp.MoeFfn o -> throw several(o);
            case Op.HeadLinear o -> throw several(o);
            case RowOp.Concat o -> throw several(o);
        };
    }

    private static IllegalStateException several(Op op) {
        return new IllegalStateException("made elsewhere: " + op);
    }

    private void concat(RowOp.Concat op, Buffer y) {
        int offset = 0;
        for (Value part : op.parts()) {
            steps.add(Elements.part(frame, op.groups(), offset, buffer(part), y));
            offset += part.width() / op.groups();
        }
    }

    private Step linear(Node node, Op.Linear op) {
        Prepared wanted = new Prepared(op.x(), InputForm.of(WeightForm.of(op.weight().tensor().type()).orElseThrow()));
        boolean prepares = !prepared.equals(Optional.of(wanted));
        prepared = op.adapters().isEmpty() ? Optional.of(wanted) : Optional.empty();
        List<LinearStep.Adapter> adapters = new ArrayList<>();
        long[] work = layout.work(node);
        for (int i = 0; i < op.adapters().size(); i++) {
            Op.Lora lora = op.adapters().get(i);
            adapters.add(new LinearStep.Adapter(weights.matrix(lora.a()), weights.matrix(lora.b()), lora.scale(),
                    new Buffer(base + work[2 * i], op.x().rows(), lora.a().out()),
                    new Buffer(base + work[2 * i + 1], op.x().rows(), op.weight().out())));
        }
        return new LinearStep(frame, buffer(op.x()), weights.matrix(op.weight()), vector(op.bias()), base + layout.prepared(), prepares,
                residual(node), result(node), adapters);
    }

    /** Returns where a product writes: its value, or the sum that it does. */
    private Buffer result(Node product) {
        int sum = layout.sum(product.output());
        return buffer(sum < 0 ? product.output() : graph.nodes().get(sum).output());
    }

    /** Returns the address of what a product adds, or 0. */
    private long residual(Node product) {
        int sum = layout.sum(product.output());
        if (sum < 0) {
            return 0;
        }
        ElementOp.Add add = (ElementOp.Add) graph.nodes().get(sum).op();
        return buffer(add.a().equals(product.output()) ? add.b() : add.a()).address();
    }

    /** What an encoder leaves for a decoder; its result is the keys. */
    private Step keysAndValues(Op.KvWrite op, Buffer y) {
        Buffer keys = buffer(op.k());
        CacheWrite write = new CacheWrite(frame, op.layer().index(), keys, Optional.of(buffer(op.v())), op.layer().heads());
        Step result = Elements.slice(frame, new RowOp.Slice(op.k(), 1, 0, op.k().width()), keys, y);
        return () -> {
            write.run();
            result.run();
        };
    }

    private Step attention(Node node, Op.Attention op, Buffer y) {
        long slopes = op.spec().alibi() == 0 ? 0 : base + layout.slopes(node);
        if (slopes != 0) {
            upload(MemorySegment.ofArray(AttentionStep.slopes(op.spec())), slopes);
        }
        long biases = op.spec().distance().map(distance -> base + layout.biases().get(distance)).orElse(0L);
        return new AttentionStep(frame, op.spec(), buffer(op.q()), op.k().map(this::buffer), op.v().map(this::buffer), vector(op.spec().sinks()),
                slopes, biases, base + layout.work(node)[0], y);
    }

    private Step experts(Node node, ExpertOp.MoeFfn op, Buffer y) {
        long[] work = layout.work(node);
        MoeStep.Experts experts = new MoeStep.Experts(
                weights.matrix(op.gate()), vector(op.biases().map(ExpertOp.ExpertBiases::gate)),
                weights.matrix(op.up()), vector(op.biases().map(ExpertOp.ExpertBiases::up)),
                weights.matrix(op.down()), vector(op.biases().map(ExpertOp.ExpertBiases::down)));
        MoeStep.Work memory = new MoeStep.Work(base + work[0], base + work[1], base + work[2], base + work[3], base + work[4],
                base + layout.prepared());
        return new MoeStep(frame, op, buffer(op.x()), buffer(op.route()), experts, memory, y);
    }

    private long vector(Optional<Weight> weight) {
        return weight.map(weights::vector).orElse(0L);
    }

    /** Whether a norm's weight is one part long and serves all parts of a row. */
    private static boolean shared(Optional<Weight> weight, Value x) {
        return weight.isPresent() && weight.get().tensor().elements() != x.width();
    }

    private float[] floats(Weight weight) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment host = arena.allocate(JAVA_FLOAT, Math.multiplyExact((long) weight.in(), weight.rows()));
            Driver.toHost(host.address(), weights.vector(weight), host.byteSize(), frame.stream());
            Driver.synchronize(frame.stream());
            return host.toArray(JAVA_FLOAT);
        }
    }

    private void upload(MemorySegment constants, long target) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment host = arena.allocate(constants.byteSize(), JAVA_DOUBLE.byteSize()).copyFrom(constants);
            Driver.toDevice(target, host.address(), host.byteSize(), frame.stream());
            Driver.synchronize(frame.stream());
        }
    }
}
