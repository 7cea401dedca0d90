package dev.runtime.kernel.constrain;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/** Builds the machine of an expression without references: an automaton with free edges (Thompson 1968), then sets of its states. For one thread. */
final class MachineBuilder {
    private static final int MOST_NODES = 20_000;
    private static final int MOST_WORK = 400_000;

    private final List<List<Edge>> edges = new ArrayList<>();

    /** An edge; without a set it takes nothing. */
    private record Edge(CodePoints set, int to) {}

    private MachineBuilder() {}

    /**
     * Builds.
     *
     * @throws dev.runtime.api.RuntimeFailure with {@code request.invalid} if that takes too many states
     */
    static Machine of(Expression expression) {
        MachineBuilder builder = new MachineBuilder();
        int start = builder.node();
        int end = builder.node();
        builder.between(expression, start, end);
        return builder.determined(start, end);
    }

    private int node() {
        if (edges.size() == MOST_NODES) {
            throw Refusal.of("a condition on a text needs more than " + MOST_NODES + " nodes");
        }
        edges.add(new ArrayList<>());
        return edges.size() - 1;
    }

    private void edge(int from, CodePoints set, int to) {
        edges.get(from).add(new Edge(set, to));
    }

    private void between(Expression expression, int from, int to) {
        switch (expression) {
            case Expression.Text(String text) -> {
                int at = from;
                for (int c : text.codePoints().toArray()) {
                    int next = node();
                    edge(at, CodePoints.of(c, c), next);
                    at = next;
                }
                edge(at, null, to);
            }
            case Expression.Characters(CodePoints set) -> edge(from, set, to);
            case Expression.Sequence(var parts) -> {
                int at = from;
                for (Expression part : parts) {
                    int next = node();
                    between(part, at, next);
                    at = next;
                }
                edge(at, null, to);
            }
            case Expression.Choice(var options) -> options.forEach(option -> between(option, from, to));
            case Expression.Repeat(Expression body, int min, int max) -> {
                int at = from;
                int copies = max == Expression.UNLIMITED ? min : max;
                for (int i = 0; i < copies; i++) {
                    int next = node();
                    between(body, at, next);
                    if (i >= min) {
                        edge(at, null, to);
                    }
                    at = next;
                }
                if (max == Expression.UNLIMITED) {
                    int loop = node();
                    int again = node();
                    edge(at, null, loop);
                    between(body, loop, again);
                    edge(again, null, loop);
                    edge(loop, null, to);
                } else {
                    edge(at, null, to);
                }
            }
            case Expression.Reference _ -> throw new IllegalArgumentException("a machine has no rules");
        }
    }

    private Machine determined(int start, int end) {
        List<CodePoints> classes = classes();
        Map<BitSet, Integer> numbers = new HashMap<>();
        List<BitSet> sets = new ArrayList<>();
        List<Map<Integer, CodePoints>> ways = new ArrayList<>();
        List<Boolean> accepts = new ArrayList<>();
        BitSet first = new BitSet();
        first.set(start);
        close(first);
        numbers.put(first, 0);
        sets.add(first);
        for (int i = 0; i < sets.size(); i++) {
            Machine.check(sets.size());
            if ((long) sets.size() * classes.size() > MOST_WORK) {
                throw Refusal.of("a condition on a text tells too many characters apart in too many states");
            }
            BitSet set = sets.get(i);
            Map<Integer, CodePoints> to = new LinkedHashMap<>();
            for (CodePoints each : classes) {
                BitSet next = new BitSet();
                int c = each.bounds()[0];
                set.stream().forEach(node -> edges.get(node).forEach(edge -> {
                    if (edge.set() != null && edge.set().contains(c)) {
                        next.set(edge.to());
                    }
                }));
                if (!next.isEmpty()) {
                    close(next);
                    int number = numbers.computeIfAbsent(next, n -> {
                        sets.add(n);
                        return sets.size() - 1;
                    });
                    to.merge(number, each, CodePoints::union);
                }
            }
            ways.add(to);
            accepts.add(set.get(end));
        }
        return new Machine(ways, accepts);
    }

    private void close(BitSet set) {
        int[] queue = new int[edges.size()];
        int size = 0;
        for (int node : set.stream().toArray()) {
            queue[size++] = node;
        }
        while (size > 0) {
            for (Edge edge : edges.get(queue[--size])) {
                if (edge.set() == null && !set.get(edge.to())) {
                    set.set(edge.to());
                    queue[size++] = edge.to();
                }
            }
        }
    }

    /** Returns sets of characters that no edge tells apart. */
    private List<CodePoints> classes() {
        TreeSet<Integer> firsts = new TreeSet<>();
        firsts.add(0);
        for (List<Edge> out : edges) {
            for (Edge edge : out) {
                for (int i = 0; edge.set() != null && i < edge.set().bounds().length; i += 2) {
                    firsts.add(edge.set().bounds()[i]);
                    firsts.add(edge.set().bounds()[i + 1] + 1);
                }
            }
        }
        List<CodePoints> classes = new ArrayList<>();
        Integer[] all = firsts.toArray(Integer[]::new);
        for (int i = 0; i < all.length && all[i] <= CodePoints.LAST; i++) {
            CodePoints range = CodePoints.of(all[i], i + 1 < all.length ? all[i + 1] - 1 : CodePoints.LAST);
            if (!range.isEmpty()) {
                classes.add(range);
            }
        }
        return classes;
    }
}
