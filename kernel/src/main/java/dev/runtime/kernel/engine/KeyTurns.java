package dev.runtime.kernel.engine;

import dev.runtime.api.graph.AttentionSpec;
import dev.runtime.api.graph.CacheLayout;
import dev.runtime.api.graph.ElementOp;
import dev.runtime.api.graph.Graph;
import dev.runtime.api.graph.Node;
import dev.runtime.api.graph.Op;
import dev.runtime.api.graph.RecurrentOp;
import dev.runtime.api.graph.RopeSpec;
import dev.runtime.api.graph.RowOp;
import dev.runtime.api.graph.Value;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * How the rows that a graph caches tell their positions. They can be moved if nothing does but a rotation of the keys: then a row at another
 * position is what the same token would have left there that had seen the same.
 *
 * <p>What a token sees may depend on its position: windows, chunks, biases by distance, queries that grow. That is in the hidden state of later
 * layers, as are dropped tokens that it saw.
 */
final class KeyTurns {
    private final Graph graph;
    /** Of each value, whether positions are in it other than by what attention saw. */
    private final boolean[] positioned;
    private final Map<Integer, Optional<RopeSpec>> layers = new HashMap<>();
    private boolean unknown;

    private KeyTurns(Graph graph) {
        this.graph = graph;
        positioned = new boolean[graph.nodes().size()];
    }

    /** Returns the rotation of each layer whose keys are rotated; nothing if rows say more of their positions, or it is not known what. */
    static Optional<Map<Integer, RopeSpec>> of(Graph graph) {
        CacheLayout layout = graph.cacheLayout();
        KeyTurns turns = new KeyTurns(graph);
        graph.nodes().forEach(turns::visit);
        boolean all = layout.kvLayers().stream().allMatch(layer -> turns.layers.containsKey(layer.index()));
        if (turns.unknown || !all || !layout.stateLayers().isEmpty()) {
            return Optional.empty();
        }
        Map<Integer, RopeSpec> rotated = new HashMap<>();
        turns.layers.forEach((layer, turn) -> turn.ifPresent(spec -> rotated.put(layer, spec)));
        return Optional.of(rotated);
    }

    private void visit(Node node) {
        positioned[node.output().id()] = switch (node.op()) {
            case Op.Embed o -> o.index() == Op.Index.POSITION;
            case Op.Rope o -> true;
            case ElementOp.PositionScale o -> true;
            case RecurrentOp o -> true;
            case Op.Attention o -> attention(o);
            case Op other -> other.inputs().stream().anyMatch(this::positioned);
        };
        if (node.op() instanceof Op.KvWrite write) {
            writes(write.layer().index(), write.k(), write.layer().heads(), Optional.of(write.v()), 0);
        }
    }

    private boolean attention(Op.Attention o) {
        AttentionSpec spec = o.spec();
        if (o.k().isPresent() && spec.cacheLayer() != AttentionSpec.NO_CACHE) {
            writes(spec.cacheLayer(), o.k().get(), spec.kvHeads(), o.v(), spec.keySize() - spec.valueSize());
        }
        return o.v().map(this::positioned).orElse(false);
    }

    /** Takes note of what a layer keeps; without values, those are the elements of its keys from {@code firstValue} on. */
    private void writes(int layer, Value k, int heads, Optional<Value> v, int firstValue) {
        Optional<RopeSpec> turn = turn(k, heads);
        boolean values = v.isPresent() ? positioned(v.get()) : turn.isPresent() && turn.get().start() + turn.get().dims() > firstValue;
        Optional<RopeSpec> before = layers.put(layer, turn);
        unknown |= values || before != null && !before.equals(turn);
    }

    private boolean positioned(Value value) {
        return positioned[value.id()];
    }

    /** Returns the rotation that makes the difference between positions in each of {@code heads} equal parts of a row. */
    private Optional<RopeSpec> turn(Value value, int heads) {
        if (!positioned(value)) {
            return Optional.empty();
        }
        return switch (graph.nodes().get(value.id()).op()) {
            case Op.Rope o when o.heads() == heads && !positioned(o.x()) -> Optional.of(o.spec());
            // the norm of a vector is not changed by rotations
            case Op.RmsNorm o when o.weight().isEmpty() && o.groups() == heads -> turn(o.x(), heads);
            case RowOp.Concat o when o.groups() == heads -> sideBySide(o, heads);
            case RowOp.Concat o when o.groups() == 1 && heads % o.parts().size() == 0 -> headByHead(o, heads / o.parts().size());
            case Op other -> unknown();
        };
    }

    /** Each part gives some elements of every head; one of them may be rotated. */
    private Optional<RopeSpec> sideBySide(RowOp.Concat concat, int heads) {
        Optional<RopeSpec> all = Optional.empty();
        int start = 0;
        for (Value part : concat.parts()) {
            Optional<RopeSpec> turn = turn(part, heads);
            if (turn.isPresent() && all.isPresent()) {
                return unknown();
            }
            if (turn.isPresent()) {
                all = Optional.of(turn.get().withStart(start + turn.get().start()));
            }
            start += part.width() / heads;
        }
        return all;
    }

    /** Each part gives as many heads as the others, all rotated alike. */
    private Optional<RopeSpec> headByHead(RowOp.Concat concat, int heads) {
        List<Optional<RopeSpec>> turns = concat.parts().stream().map(part -> turn(part, heads)).distinct().toList();
        boolean alike = concat.parts().stream().mapToInt(Value::width).distinct().count() == 1;
        return alike && turns.size() == 1 ? turns.getFirst() : unknown();
    }

    private Optional<RopeSpec> unknown() {
        unknown = true;
        return Optional.empty();
    }
}
