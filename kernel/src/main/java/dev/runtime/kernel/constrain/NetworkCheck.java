package dev.runtime.kernel.constrain;

import java.util.Arrays;

/** Finds out how deep each node's shortest way is, and refuses calls that come back to themselves without a byte. For one thread. */
final class NetworkCheck {
    private final Network network;
    /** By node, the edges that lead to it, as lists; calls are listed under their body and their exit. */
    private final int[] firstIn;
    private final int[] nextIn;
    private final int[] inSource;
    private final int[] inEdge;
    private int ins;

    NetworkCheck(Network network) {
        this.network = network;
        firstIn = new int[network.nodes()];
        Arrays.fill(firstIn, -1);
        int most = 2 * network.low().length;
        nextIn = new int[most];
        inSource = new int[most];
        inEdge = new int[most];
        for (int node = 0; node < network.nodes(); node++) {
            for (int edge = network.firstEdge()[node]; edge >= 0; edge = network.nextEdge()[edge]) {
                int to = network.target()[edge];
                if (network.low()[edge] == Network.CALL) {
                    in(network.body()[to], node, edge);
                    in(network.exit()[to], node, edge);
                } else {
                    in(to, node, edge);
                }
            }
        }
    }

    private void in(int node, int source, int edge) {
        nextIn[ins] = firstIn[node];
        inSource[ins] = source;
        inEdge[ins] = edge;
        firstIn[node] = ins++;
    }

    /** Fills {@link Network#need}: level by level, as the numbers only grow along a way (Knuth 1977, a generalization of Dijkstra's algorithm). */
    void needs() {
        int[] need = network.need();
        Arrays.fill(need, Network.NEVER);
        int[] now = new int[network.nodes()];
        int[] later = new int[network.nodes() + ins];
        int waiting = 0;
        int laterSize = 0;
        for (int node = 0; node < need.length; node++) {
            if (network.end()[node]) {
                need[node] = 0;
                now[waiting++] = node;
            }
        }
        for (int level = 0; waiting > 0; level++) {
            while (waiting > 0) {
                int node = now[--waiting];
                for (int in = firstIn[node]; in >= 0; in = nextIn[in]) {
                    int source = inSource[in];
                    int value = need[source] == Network.NEVER ? value(inEdge[in]) : Network.NEVER;
                    if (value <= level) {
                        need[source] = level;
                        now[waiting++] = source;
                    } else if (value == level + 1) {
                        later[laterSize++] = source;
                    }
                }
            }
            for (int i = 0; i < laterSize; i++) {
                if (need[later[i]] == Network.NEVER) {
                    need[later[i]] = level + 1;
                    now[waiting++] = later[i];
                }
            }
            laterSize = 0;
        }
    }

    private int value(int edge) {
        int to = network.target()[edge];
        if (network.low()[edge] != Network.CALL) {
            return network.need()[to];
        }
        int inside = network.need()[network.body()[to]];
        int after = network.need()[network.exit()[to]];
        if (after == Network.NEVER || network.min()[to] == 0) {
            return after;
        }
        return inside == Network.NEVER ? Network.NEVER : Math.max(after, network.tail(to) ? inside : inside + 1);
    }

    /** Refuses a cycle of edges without bytes that has a call in it: strongly connected components (Tarjan 1972) with an inner call. */
    void refuseLeftRecursion() {
        boolean[] empties = emptyProcedures();
        int n = network.nodes();
        int[] index = new int[n];
        int[] lowest = new int[n];
        int[] component = new int[n];
        int[] path = new int[n];
        int[] stack = new int[n];
        int[] edgeAt = new int[n];
        int[] half = new int[n];
        int count = 0;
        for (int root = 0; root < n; root++) {
            if (index[root] != 0) {
                continue;
            }
            int depth = 0;
            int size = 0;
            path[0] = root;
            index[root] = lowest[root] = ++count;
            edgeAt[root] = network.firstEdge()[root];
            stack[size++] = root;
            while (depth >= 0) {
                int node = path[depth];
                int to = step(node, edgeAt, half, empties);
                if (to >= 0) {
                    if (index[to] == 0) {
                        index[to] = lowest[to] = ++count;
                        edgeAt[to] = network.firstEdge()[to];
                        stack[size++] = to;
                        path[++depth] = to;
                    } else if (component[to] == 0) {
                        lowest[node] = Math.min(lowest[node], index[to]);
                    }
                    continue;
                }
                if (lowest[node] == index[node]) {
                    int member;
                    do {
                        member = stack[--size];
                        component[member] = index[node];
                    } while (member != node);
                }
                depth--;
                if (depth >= 0) {
                    lowest[path[depth]] = Math.min(lowest[path[depth]], lowest[node]);
                }
            }
        }
        for (int node = 0; node < n; node++) {
            for (int edge = network.firstEdge()[node]; edge >= 0; edge = network.nextEdge()[edge]) {
                if (network.low()[edge] == Network.CALL && component[network.body()[network.target()[edge]]] == component[node]) {
                    throw Refusal.of("a rule begins with itself (left recursion); write it with a repetition instead");
                }
            }
        }
    }

    /** Returns the next node that is reached from a node without a byte, -1 after the last. */
    private int step(int node, int[] edgeAt, int[] half, boolean[] empties) {
        while (edgeAt[node] >= 0) {
            int edge = edgeAt[node];
            int to = network.target()[edge];
            if (network.low()[edge] != Network.CALL) {
                edgeAt[node] = network.nextEdge()[edge];
                if (network.low()[edge] == Network.FREE) {
                    return to;
                }
            } else if (half[node] == 0) {
                half[node] = 1;
                return network.body()[to];
            } else {
                half[node] = 0;
                edgeAt[node] = network.nextEdge()[edge];
                if (network.min()[to] == 0 || empties[network.body()[to]]) {
                    return network.exit()[to];
                }
            }
        }
        return -1;
    }

    /** By node, whether its procedure's end is reached from it without a byte. */
    private boolean[] emptyProcedures() {
        boolean[] empties = new boolean[network.nodes()];
        int[] queue = new int[network.nodes()];
        int size = 0;
        for (int node = 0; node < empties.length; node++) {
            if (network.end()[node]) {
                empties[node] = true;
                queue[size++] = node;
            }
        }
        while (size > 0) {
            int node = queue[--size];
            for (int in = firstIn[node]; in >= 0; in = nextIn[in]) {
                int source = inSource[in];
                int edge = inEdge[in];
                int to = network.target()[edge];
                boolean through = network.low()[edge] == Network.FREE || network.low()[edge] == Network.CALL && empties[network.exit()[to]]
                        && (network.min()[to] == 0 || empties[network.body()[to]]);
                if (through && !empties[source]) {
                    empties[source] = true;
                    queue[size++] = source;
                }
            }
        }
        return empties;
    }
}
