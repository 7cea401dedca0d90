package dev.runtime.api.graph;

import dev.runtime.api.Stable;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The computation of one step: nodes in an order in which each reads only results of earlier ones. Immutable.
 *
 * <p>Start reading at {@link Op}; {@link GraphBuilder} makes graphs.
 */
@Stable
public final class Graph {
    /** Name of the output with one row of vocabulary scores a row asked for. */
    public static final String LOGITS = "logits";

    /** Name of the output with embedding vectors. */
    public static final String EMBEDDING = "embedding";

    private final List<Node> nodes;
    private final Map<String, Value> outputs;

    Graph(List<Node> nodes, Map<String, Value> outputs) {
        this.nodes = List.copyOf(nodes);
        this.outputs = new LinkedHashMap<>(outputs);
    }

    /** Returns the nodes; the value with id i is made by node i. */
    public List<Node> nodes() {
        return nodes;
    }

    /** Returns the named results. */
    public Map<String, Value> outputs() {
        return Map.copyOf(outputs);
    }

    /** Returns a result that must be there. */
    public Value output(String name) {
        return Optional.ofNullable(outputs.get(name))
                .orElseThrow(() -> new IllegalArgumentException("no output '" + name + "' among " + outputs.keySet()));
    }

    /** Returns all weights in the order of their first use. */
    public Set<Weight> weights() {
        Set<Weight> weights = new LinkedHashSet<>();
        nodes.forEach(node -> collect(node.op(), weights));
        return weights;
    }

    /** Returns what the cached attentions need, in the order of their layers' first use. */
    public CacheLayout cacheLayout() {
        Map<Integer, CacheLayout.KvLayer> layers = new LinkedHashMap<>();
        List<CacheLayout.StateLayer> states = new ArrayList<>();
        for (Node node : nodes) {
            switch (node.op()) {
                case Op.Attention a when a.spec().cacheLayer() >= 0 -> layers.computeIfAbsent(a.spec().cacheLayer(),
                        i -> new CacheLayout.KvLayer(i, a.spec().kvHeads(), a.spec().keySize(),
                                a.v().isPresent() || a.spec().cross() ? a.spec().valueSize() : 0));
                case Op.KvWrite w -> layers.putIfAbsent(w.layer().index(), w.layer());
                case RecurrentOp.Conv1d c -> states.add(new CacheLayout.StateLayer(c.stateLayer(),
                        Math.multiplyExact(c.x().width(), Math.toIntExact(c.kernel().tensor().dim(0)) - 1)));
                case RecurrentOp.SsmScan s -> states.add(new CacheLayout.StateLayer(s.stateLayer(),
                        Math.multiplyExact(Math.multiplyExact(s.heads(), s.headSize()), s.states())));
                case RecurrentOp.DeltaNet d -> states.add(new CacheLayout.StateLayer(d.stateLayer(),
                        Math.multiplyExact(Math.multiplyExact(d.valueHeads(), d.valueSize()), d.keySize())));
                case Op other -> { }
            }
        }
        return new CacheLayout(List.copyOf(layers.values()), states);
    }

    /** Returns the weights of one operator, in the order of their use. */
    public static Set<Weight> weights(Op op) {
        Set<Weight> weights = new LinkedHashSet<>();
        collect(op, weights);
        return weights;
    }

    private static void collect(Op op, Set<Weight> weights) {
        switch (op) {
            case Op.Embed o -> weights.add(o.table());
            case Op.Linear o -> {
                weights.add(o.weight());
                o.bias().ifPresent(weights::add);
                for (Op.Lora lora : o.adapters()) {
                    weights.add(lora.a());
                    weights.add(lora.b());
                }
            }
            case Op.RmsNorm o -> o.weight().ifPresent(weights::add);
            case Op.LayerNorm o -> {
                o.weight().ifPresent(weights::add);
                o.bias().ifPresent(weights::add);
            }
            case Op.Rope o -> o.spec().factors().ifPresent(weights::add);
            case Op.Attention o -> {
                o.spec().sinks().ifPresent(weights::add);
                o.spec().distance().map(DistanceBias::table).ifPresent(weights::add);
            }
            case Op.GatedFfn o -> weights.addAll(List.of(o.gate(), o.up(), o.down()));
            case ExpertOp.MoeRoute o -> {
                o.bias().ifPresent(weights::add);
                o.factors().ifPresent(weights::add);
            }
            case ExpertOp.MoeFfn o -> {
                weights.addAll(List.of(o.gate(), o.up(), o.down()));
                o.biases().ifPresent(b -> weights.addAll(List.of(b.gate(), b.up(), b.down())));
            }
            case RecurrentOp.Conv1d o -> {
                weights.add(o.kernel());
                o.bias().ifPresent(weights::add);
            }
            case RecurrentOp.SsmScan o -> weights.addAll(List.of(o.a(), o.d()));
            case Op.KvWrite o -> { }
            case ElementOp.Activate o -> { }
            case ElementOp.Add o -> { }
            case ElementOp.Mul o -> { }
            case ElementOp.Scale o -> { }
            case ElementOp.SoftCap o -> { }
            case ElementOp.Clamp o -> { }
            case ElementOp.PositionScale o -> { }
            case ElementOp.Xielu o -> { }
            case ElementOp.MatchNorm o -> { }
            case ElementOp.DeviationCut o -> { }
            case Op.HeadLinear o -> weights.add(o.weight());
            case RecurrentOp.DeltaNet o -> { }
            case RowOp.Pool o -> { }
            case RowOp.Concat o -> { }
            case RowOp.Slice o -> { }
            case RowOp.SelectOutputs o -> { }
            case RowOp.Input o -> { }
            case RowOp.SelectRuns o -> { }
        }
    }
}
