package dev.runtime.api.graph;

import dev.runtime.api.Stable;
import dev.runtime.api.model.ModelShape;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/**
 * Builds a {@link Graph} node by node; every method adds one node and returns its value. For one thread.
 *
 * <p>Shapes are checked as nodes are added: {@link IllegalArgumentException} names the operator and both widths.
 */
@Stable
public final class GraphBuilder {
    private final List<Node> nodes = new ArrayList<>();
    private final Map<String, Value> outputs = new LinkedHashMap<>();
    private final Function<Weight, List<Op.Lora>> adapters;

    /** Creates an empty graph. */
    public GraphBuilder() {
        this(weight -> List.of());
    }

    /**
     * Creates an empty graph whose products get additions. A gated feed-forward block with some becomes products of its own.
     *
     * @param adapters gives the additions to the product with a weight, none for most
     */
    public GraphBuilder(Function<Weight, List<Op.Lora>> adapters) {
        this.adapters = adapters;
    }

    /** Returns the table's rows of the step's tokens. */
    public Value embed(Weight table, Op.Index index, float scale) {
        return add(new Op.Embed(table, index, scale), Rows.TOKENS, table.in());
    }

    /** Returns {@code W x}. */
    public Value linear(Value x, Weight weight) {
        return linear(x, weight, Optional.empty());
    }

    /** Returns {@code W x + b}. */
    public Value linear(Value x, Weight weight, Optional<Weight> bias) {
        return linear(new Op.Linear(x, weight, bias, adapters.apply(weight)));
    }

    /** Returns {@code W x + b} with low-rank additions. */
    public Value linear(Op.Linear op) {
        return add(op, op.x().rows(), op.weight().out());
    }

    /** Returns the root-mean-square norm of whole rows. */
    public Value rmsNorm(Value x, Weight weight, float epsilon) {
        return rmsNorm(x, Optional.of(weight), epsilon, 1);
    }

    /** Returns the root-mean-square norm of each of {@code groups} parts of a row. */
    public Value rmsNorm(Value x, Optional<Weight> weight, float epsilon, int groups) {
        checkNorm("rms norm", x, weight, groups);
        return add(new Op.RmsNorm(x, weight, epsilon, groups), x.rows(), x.width());
    }

    /** Returns the layer norm of each of {@code groups} parts of a row. */
    public Value layerNorm(Value x, Optional<Weight> weight, Optional<Weight> bias, float epsilon, int groups) {
        checkNorm("layer norm", x, weight, groups);
        checkNorm("layer norm", x, bias, groups);
        return add(new Op.LayerNorm(x, weight, bias, epsilon, groups), x.rows(), x.width());
    }

    /** Returns the rows with each head rotated. */
    public Value rope(Value x, int heads, RopeSpec spec) {
        check(x.width() % heads == 0 && spec.dims() % 2 == 0 && spec.start() + spec.dims() <= x.width() / heads,
                "rope: %d heads of width %d, rotating %d from %d", heads, x.width(), spec.dims(), spec.start());
        return add(new Op.Rope(x, heads, spec), x.rows(), x.width());
    }

    /** Returns the attention of the step's tokens, after writing their keys and values. */
    public Value attention(Value q, Value k, Value v, AttentionSpec spec) {
        return attention(new Op.Attention(q, Optional.of(k), Optional.of(v), spec));
    }

    /** Returns the attention. */
    public Value attention(Op.Attention op) {
        return add(op, op.q().rows(), op.spec().heads() * op.spec().valueSize());
    }

    /** Writes keys and values to the cache and returns the keys. */
    public Value kvWrite(Op.KvWrite op) {
        return add(op, op.k().rows(), op.k().width());
    }

    /** Returns the gated feed-forward block. */
    public Value gatedFfn(Value x, Weight gate, Weight up, Weight down, Activation activation) {
        Op.GatedFfn whole = new Op.GatedFfn(x, gate, up, down, activation);
        if (Stream.of(gate, up, down).allMatch(weight -> adapters.apply(weight).isEmpty())) {
            return add(whole, x.rows(), down.out());
        }
        check(activation != Activation.SWIGLU_CLAMPED, "additions to a gated ffn with %s", activation);
        return linear(mul(activate(linear(x, gate), activation), linear(x, up)), down);
    }

    /** Returns the function of each element. */
    public Value activate(Value x, Activation activation) {
        return add(new ElementOp.Activate(x, activation), x.rows(), x.width());
    }

    /** Returns the sum. */
    public Value add(Value a, Value b) {
        check(a.rows() == b.rows() && a.width() == b.width(), "add: %s and %s", a, b);
        return add(new ElementOp.Add(a, b), a.rows(), a.width());
    }

    /** Returns the product element by element. */
    public Value mul(Value a, Value b) {
        check(a.rows() == b.rows() && (a.width() == b.width() || b.width() == 1), "mul: %s and %s", a, b);
        return add(new ElementOp.Mul(a, b), a.rows(), a.width());
    }

    /** Returns the multiple; the value itself for factor 1. */
    public Value scale(Value x, float factor) {
        return factor == 1 ? x : add(new ElementOp.Scale(x, factor), x.rows(), x.width());
    }

    /** Returns the capped value; the value itself for cap 0. */
    public Value softCap(Value x, float cap) {
        return cap == 0 ? x : add(new ElementOp.SoftCap(x, cap), x.rows(), x.width());
    }

    /** Returns the value within bounds. */
    public Value clamp(Value x, float low, float high) {
        return add(new ElementOp.Clamp(x, low, high), x.rows(), x.width());
    }

    /** Returns the rows multiplied by a factor that grows with the position. */
    public Value positionScale(Value x, float beta, float length, float offset) {
        return add(new ElementOp.PositionScale(x, beta, length, offset), x.rows(), x.width());
    }

    /** Returns the xIELU of each element. */
    public Value xielu(ElementOp.Xielu op) {
        return add(op, op.x().rows(), op.x().width());
    }

    /** Returns the rows, as long as those of another value. */
    public Value matchNorm(Value x, Value like) {
        check(x.rows() == like.rows() && x.width() == like.width(), "match norm: %s and %s", x, like);
        return add(new ElementOp.MatchNorm(x, like), x.rows(), x.width());
    }

    /** Returns what stands out of each row by more than {@code factor} standard deviations. */
    public Value deviationCut(Value x, float factor) {
        check(x.width() > 1, "deviation cut: %s", x);
        return add(new ElementOp.DeviationCut(x, factor), x.rows(), x.width());
    }

    /** Returns each matrix of the weight on its part of the row. */
    public Value headLinear(Value x, Weight weight) {
        return add(new Op.HeadLinear(x, weight), x.rows(), Math.toIntExact(Math.multiplyExact(weight.tensor().dim(2), weight.out())));
    }

    /** Returns chosen experts and their weights. */
    public Value moeRoute(Value logits, MoeSpec spec, Optional<Weight> bias) {
        return moeRoute(new ExpertOp.MoeRoute(logits, spec, bias));
    }

    /** Returns chosen experts and their weights. */
    public Value moeRoute(ExpertOp.MoeRoute op) {
        check(op.logits().width() == op.spec().experts(), "moe route: %s for %d experts", op.logits(), op.spec().experts());
        return add(op, op.logits().rows(), 2 * op.spec().used());
    }

    /** Returns the mixture of the chosen experts. */
    public Value moeFfn(ExpertOp.MoeFfn op) {
        check(op.x().width() == op.gate().in() && op.x().width() == op.up().in() && op.gate().out() == op.up().out()
                        && op.down().in() == op.up().out(),
                "moe ffn: input %s, gate %s, up %s, down %s", op.x(), op.gate().tensor(), op.up().tensor(), op.down().tensor());
        return add(op, op.x().rows(), op.down().out());
    }

    /** Returns the causal convolution. */
    public Value conv1d(Value x, Weight kernel, Optional<Weight> bias, int stateLayer) {
        check(kernel.out() == x.width(), "conv1d: %s with kernel %s", x, kernel.tensor());
        return add(new RecurrentOp.Conv1d(x, kernel, bias, stateLayer), x.rows(), x.width());
    }

    /** Returns the state space scan. */
    public Value ssmScan(RecurrentOp.SsmScan op) {
        check(op.x().width() == op.heads() * op.headSize() && op.dt().width() == op.heads()
                        && op.b().width() == op.groups() * op.states() && op.c().width() == op.b().width(),
                "ssm scan: %s %s %s %s", op.x(), op.dt(), op.b(), op.c());
        return add(op, op.x().rows(), op.x().width());
    }

    /** Returns the gated delta rule. */
    public Value deltaNet(RecurrentOp.DeltaNet op) {
        check(op.q().width() == op.keyHeads() * op.keySize() && op.k().width() == op.q().width()
                        && op.v().width() == op.valueHeads() * op.valueSize() && op.g().width() == op.valueHeads()
                        && op.beta().width() == op.valueHeads(),
                "delta net: %s %s %s %s %s", op.q(), op.k(), op.v(), op.g(), op.beta());
        return add(op, op.v().rows(), op.v().width());
    }

    /** Returns one row a sequence; the value itself for {@link ModelShape.Pooling#NONE}. */
    public Value pool(Value x, ModelShape.Pooling pooling) {
        return pooling == ModelShape.Pooling.NONE ? x : add(new RowOp.Pool(x, pooling), Rows.SEQUENCES, x.width());
    }

    /** Returns rows side by side. */
    public Value concat(List<Value> parts) {
        return concat(parts, 1);
    }

    /** Returns rows side by side, group by group. */
    public Value concat(List<Value> parts, int groups) {
        check(!parts.isEmpty() && parts.stream().allMatch(p -> p.rows() == parts.getFirst().rows()), "concat: %s", parts);
        return add(new RowOp.Concat(parts, groups), parts.getFirst().rows(), parts.stream().mapToInt(Value::width).sum());
    }

    /** Returns the same elements of each group. */
    public Value slice(Value x, int groups, int start, int size) {
        check(groups > 0 && x.width() % groups == 0 && start >= 0 && size > 0 && start + size <= x.width() / groups,
                "slice: %d+%d of %d groups of %s", start, size, groups, x);
        return add(new RowOp.Slice(x, groups, start, size), x.rows(), groups * size);
    }

    /** Returns the rows whose result was asked for. */
    public Value selectOutputs(Value x) {
        check(x.rows() == Rows.TOKENS, "select outputs: %s", x);
        return add(new RowOp.SelectOutputs(x), Rows.OUTPUTS, x.width());
    }

    /** Returns part of the rows that tokens came with. */
    public Value input(int start, int width) {
        return add(new RowOp.Input(start, width), Rows.TOKENS, width);
    }

    /** Returns the rows asked for, each with those after it. */
    public Value selectRuns(Value x, int count) {
        check(x.rows() == Rows.TOKENS, "select runs: %s", x);
        return add(new RowOp.SelectRuns(x, count), Rows.OUTPUTS, Math.multiplyExact(count, x.width()));
    }

    /**
     * Adds a node of another graph with values of this one as its inputs, and returns its value: how a graph is cut into parts for several
     * devices.
     *
     * @param inputs gives for each value that the node reads one of the same shape
     */
    public Value copy(Node node, UnaryOperator<Value> inputs) {
        Value copied = add(node.op().with(value -> {
            Value own = inputs.apply(value);
            check(own.rows() == value.rows() && own.width() == value.width(), "copy: %s in the place of %s", own, value);
            return own;
        }), node.output().rows(), node.output().width());
        return name(copied, node.name());
    }

    /** Names the latest node for traces and returns its value. */
    public Value name(Value value, String name) {
        Node node = nodes.get(value.id());
        nodes.set(value.id(), new Node(node.op(), node.output(), name));
        return value;
    }

    /** Declares a result. */
    public void output(String name, Value value) {
        outputs.put(name, value);
    }

    /** Returns the graph. */
    public Graph build() {
        check(!outputs.isEmpty(), "a graph without outputs");
        return new Graph(nodes, outputs);
    }

    private Value add(Op op, Rows rows, int width) {
        Value value = new Value(nodes.size(), rows, width);
        nodes.add(new Node(op, value, ""));
        return value;
    }

    private static void checkNorm(String what, Value x, Optional<Weight> weight, int groups) {
        check(groups > 0 && x.width() % groups == 0
                        && (weight.isEmpty() || weight.get().tensor().elements() == x.width() / groups
                                || weight.get().tensor().elements() == x.width()),
                "%s: %s in %d groups with weight %s", what, x, groups, weight);
    }

    private static void check(boolean condition, String format, Object... arguments) {
        if (!condition) {
            throw new IllegalArgumentException(String.format(format, arguments));
        }
    }
}
