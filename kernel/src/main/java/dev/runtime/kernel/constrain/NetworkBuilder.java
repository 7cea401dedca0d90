package dev.runtime.kernel.constrain;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Builds the network of a grammar. For one thread. */
final class NetworkBuilder {
    private static final int MOST_NODES = 400_000;
    /** A part that may be empty is repeated at most so often, since each number of times is another way to say nothing. */
    private static final int MOST_EMPTY = 16;

    private final Rules rules;
    private final boolean[] empty;
    private final int[] starts;
    private final Ints firstEdge = new Ints();
    private final Ints nextEdge = new Ints();
    private final Ints low = new Ints();
    private final Ints high = new Ints();
    private final Ints target = new Ints();
    private final Ints ends = new Ints();
    private final Ints body = new Ints();
    private final Ints exit = new Ints();
    private final Ints min = new Ints();
    private final Ints max = new Ints();

    /** Numbers that become more. */
    private static final class Ints {
        private int[] values = new int[64];
        private int size;

        int add(int value) {
            if (size == values.length) {
                values = Arrays.copyOf(values, 2 * size);
            }
            values[size] = value;
            return size++;
        }

        int[] toArray() {
            return Arrays.copyOf(values, size);
        }
    }

    private NetworkBuilder(Rules rules) {
        this.rules = rules;
        empty = new boolean[rules.size()];
        starts = new int[rules.size()];
        boolean changed = true;
        while (changed) {
            changed = false;
            for (int i = 0; i < empty.length; i++) {
                if (!empty[i] && maybeEmpty(rules.body(i))) {
                    empty[i] = true;
                    changed = true;
                }
            }
        }
    }

    /**
     * Builds.
     *
     * @throws dev.runtime.api.RuntimeFailure with {@code request.invalid} for a grammar that is too large, left-recursive, or derives nothing
     */
    static Network build(Rules rules, int root) {
        NetworkBuilder builder = new NetworkBuilder(rules);
        for (int i = 0; i < rules.size(); i++) {
            builder.starts[i] = builder.node();
        }
        for (int i = 0; i < rules.size(); i++) {
            builder.procedure(rules.body(i), builder.starts[i]);
        }
        return builder.finish(builder.starts[root]);
    }

    private Network finish(int start) {
        boolean[] end = new boolean[firstEdge.size];
        for (int node : ends.toArray()) {
            end[node] = true;
        }
        Network network = new Network(start, firstEdge.toArray(), nextEdge.toArray(), low.toArray(), high.toArray(), target.toArray(), end,
                new int[firstEdge.size], body.toArray(), exit.toArray(), min.toArray(), max.toArray());
        NetworkCheck check = new NetworkCheck(network);
        check.needs();
        check.refuseLeftRecursion();
        if (network.need()[start] > Network.MOST_DEPTH) {
            throw Refusal.of(network.need()[start] == Network.NEVER ? "no text fits it"
                    : "it is nested more than " + Network.MOST_DEPTH + " levels deep");
        }
        return network;
    }

    private int node() {
        if (firstEdge.size == MOST_NODES) {
            throw Refusal.of("it needs more than " + MOST_NODES + " nodes");
        }
        return firstEdge.add(-1);
    }

    private void edge(int from, int lowest, int highest, int to) {
        int edge = nextEdge.add(firstEdge.values[from]);
        firstEdge.values[from] = edge;
        low.add(lowest);
        high.add(highest);
        target.add(to);
    }

    private void procedure(Expression expression, int start) {
        int end = node();
        ends.add(end);
        between(expression, start, end);
    }

    /** Adds ways from a node to another for the texts of an expression. */
    private void between(Expression expression, int from, int to) {
        switch (expression) {
            case Expression.Text(String text) -> bytes(text.getBytes(StandardCharsets.UTF_8), from, to);
            case Expression.Characters(CodePoints set) -> Utf8Ranges.split(set, (lowest, highest) -> {
                int at = from;
                for (int i = 0; i < lowest.length; i++) {
                    int next = i == lowest.length - 1 ? to : node();
                    edge(at, lowest[i] & 0xFF, highest[i] & 0xFF, next);
                    at = next;
                }
            });
            case Expression.Sequence(var parts) -> {
                int at = from;
                for (int i = 0; i < parts.size(); i++) {
                    int next = i == parts.size() - 1 ? to : node();
                    between(parts.get(i), at, next);
                    at = next;
                }
                if (parts.isEmpty()) {
                    edge(from, Network.FREE, 0, to);
                }
            }
            case Expression.Choice(var options) -> options.forEach(option -> between(option, from, to));
            case Expression.Repeat repeat -> repeated(repeat, from, to);
            case Expression.Reference(int rule) -> site(from, starts[rule], 1, 1, to);
        }
    }

    private void bytes(byte[] text, int from, int to) {
        int at = from;
        for (int i = 0; i < text.length; i++) {
            int next = i == text.length - 1 ? to : node();
            edge(at, text[i] & 0xFF, text[i] & 0xFF, next);
            at = next;
        }
        if (text.length == 0) {
            edge(from, Network.FREE, 0, to);
        }
    }

    private void repeated(Expression.Repeat repeat, int from, int to) {
        boolean nothing = maybeEmpty(repeat.body());
        int least = nothing ? 0 : repeat.min();
        if (repeat.max() == 0) {
            edge(from, Network.FREE, 0, to);
        } else if (repeat.max() == 1) {
            between(repeat.body(), from, to);
            if (least == 0) {
                edge(from, Network.FREE, 0, to);
            }
        } else if (repeat.max() == Expression.UNLIMITED && least <= 1) {
            int loop = node();
            int again = node();
            if (least == 0) {
                edge(from, Network.FREE, 0, again);
            } else {
                edge(from, Network.FREE, 0, loop);
            }
            between(repeat.body(), loop, again);
            edge(again, Network.FREE, 0, loop);
            edge(again, Network.FREE, 0, to);
        } else {
            if (nothing && repeat.max() > MOST_EMPTY) {
                throw Refusal.of("a part that may be empty is repeated up to " + repeat.max() + " times; make it not empty, or repeat it at most "
                        + MOST_EMPTY + " times or without a limit");
            }
            int start = node();
            procedure(repeat.body(), start);
            site(from, start, least, repeat.max(), to);
        }
    }

    private void site(int from, int start, int least, int most, int to) {
        int site = body.add(start);
        exit.add(to);
        min.add(least);
        max.add(most);
        edge(from, Network.CALL, 0, site);
    }

    private boolean maybeEmpty(Expression expression) {
        return switch (expression) {
            case Expression.Text(String text) -> text.isEmpty();
            case Expression.Characters _ -> false;
            case Expression.Sequence(var parts) -> parts.stream().allMatch(this::maybeEmpty);
            case Expression.Choice(var options) -> options.stream().anyMatch(this::maybeEmpty);
            case Expression.Repeat(Expression inner, int least, int _) -> least == 0 || maybeEmpty(inner);
            case Expression.Reference(int rule) -> empty[rule];
        };
    }
}
