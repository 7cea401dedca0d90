package dev.runtime.kernel.placement;

import dev.runtime.api.graph.Graph;
import dev.runtime.api.graph.GraphBuilder;
import dev.runtime.api.graph.Node;
import dev.runtime.api.graph.Op;
import dev.runtime.api.graph.RowOp;
import dev.runtime.api.graph.Rows;
import dev.runtime.api.graph.Value;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * Where a graph can be cut, and the parts. A cut before node p is possible if all values that cross it have one row a token, no token is
 * looked up or comes as a row behind it, and no layer of the cache is used on both sides.
 */
public final class GraphCut {
    private final Graph graph;
    private final int[] lastUse;

    /** Looks at a graph. */
    public GraphCut(Graph graph) {
        this.graph = graph;
        lastUse = new int[graph.nodes().size()];
        for (Node node : graph.nodes()) {
            lastUse[node.output().id()] = node.output().id();
            node.op().inputs().forEach(input -> lastUse[input.id()] = node.output().id());
        }
    }

    /** Returns the nodes before which few values cross: between layers and their halves. In order; empty if the graph cannot be cut. */
    public List<Integer> places() {
        int nodes = graph.nodes().size();
        Map<Integer, List<Integer>> byWidth = new TreeMap<>();
        int firstPlace = 1;
        for (Node node : graph.nodes()) {
            if (node.op() instanceof RowOp.Input || node.op() instanceof Op.Embed embed && embed.index() == Op.Index.TOKEN) {
                firstPlace = node.output().id() + 1;
            }
        }
        for (int p = firstPlace; p < nodes; p++) {
            List<Value> crossing = crossing(p);
            if (!crossing.isEmpty() && crossing.stream().allMatch(value -> value.rows() == Rows.TOKENS) && !sharesCache(p)) {
                byWidth.computeIfAbsent(crossing.stream().mapToInt(Value::width).sum(), w -> new ArrayList<>()).add(p);
            }
        }
        return byWidth.isEmpty() ? List.of() : List.copyOf(byWidth.values().iterator().next());
    }

    /** The values made before node p and read by it or later ones. */
    private List<Value> crossing(int p) {
        List<Value> crossing = new ArrayList<>();
        for (int v = 0; v < p; v++) {
            if (lastUse[v] >= p) {
                crossing.add(graph.nodes().get(v).output());
            }
        }
        return crossing;
    }

    private boolean sharesCache(int p) {
        Set<Integer> before = new HashSet<>();
        for (Node node : graph.nodes()) {
            Optional<Integer> layer = node.op() instanceof Op.Attention a && a.spec().cacheLayer() >= 0
                    ? Optional.of(a.spec().cacheLayer()) : Optional.empty();
            if (layer.isPresent() && node.output().id() < p) {
                before.add(layer.get());
            } else if (layer.isPresent() && before.contains(layer.get())) {
                return true;
            }
        }
        return false;
    }

    /** Cuts the graph before each of these nodes, which rise and are among {@link #places}. */
    public List<GraphPart> parts(List<Integer> cuts) {
        List<GraphPart> parts = new ArrayList<>();
        for (int i = 0; i <= cuts.size(); i++) {
            int from = i == 0 ? 0 : cuts.get(i - 1);
            int to = i == cuts.size() ? graph.nodes().size() : cuts.get(i);
            parts.add(part(from, to));
        }
        return parts;
    }

    private GraphPart part(int from, int to) {
        GraphBuilder builder = new GraphBuilder();
        Map<Value, Value> own = new HashMap<>();
        List<Value> coming = from == 0 ? List.of() : crossing(from);
        int width = coming.stream().mapToInt(Value::width).sum();
        if (from > 0) {
            Value row = builder.embed(GraphPart.table(width), Op.Index.TOKEN, 1);
            int start = 0;
            for (Value value : coming) {
                own.put(value, coming.size() == 1 ? row : builder.slice(row, 1, start, value.width()));
                start += value.width();
            }
        }
        for (Node node : graph.nodes().subList(from, to)) {
            own.put(node.output(), builder.copy(node, own::get));
        }
        if (to < graph.nodes().size()) {
            List<Value> going = crossing(to).stream().map(own::get).toList();
            builder.output(GraphPart.CROSSING, going.size() == 1 ? going.getFirst() : builder.concat(going));
        }
        Set<String> results = new HashSet<>();
        graph.outputs().forEach((name, value) -> {
            if (value.id() >= from && value.id() < to) {
                builder.output(name, own.get(value));
                results.add(name);
            }
        });
        return new GraphPart(builder.build(), width, results);
    }
}
