package dev.runtime.kernel.constrain;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/**
 * Runs a network: a state is the set of all places where a text may have led to, each with its stack. States are made when they are
 * first reached and kept with their transitions, so steady use is a look-up per byte. Sets and stacks that grow beyond a limit lose members:
 * then some texts of the grammar are no longer offered, but none that is not of the grammar, and every place that is kept leads to an end.
 * For one thread.
 */
final class Automaton {
    private static final int MOST_STATES = 1 << 14;
    private static final int MOST_PLACES = 1 << 10;
    private static final int MOST_VISITS = 1 << 16;

    private final Network network;
    private final byte[] classOf = new byte[256];
    private final int[] byteOf;
    private final Map<Key, State> states = new HashMap<>();
    private final List<State> all = new ArrayList<>();
    private final Frames frames = new Frames();
    private final Visits visits = new Visits(MOST_VISITS);
    private final long[] places = new long[MOST_PLACES];
    private final Frame[] placeFrames = new Frame[MOST_PLACES];
    private int count;
    private boolean complete;
    private State start;

    /** The places of a state, ordered. */
    private record Key(long[] places, boolean complete) {
        @Override
        public boolean equals(Object other) {
            return other instanceof Key(long[] its, boolean itsComplete) && complete == itsComplete && Arrays.equals(places, its);
        }

        @Override
        public int hashCode() {
            return 2 * Arrays.hashCode(places) + (complete ? 1 : 0);
        }
    }

    /** A state; compared by identity. */
    static final class State {
        /** From here nothing leads to an end. */
        static final State DEAD = new State(new int[0], new Frame[0], false, 256);

        static {
            Arrays.fill(DEAD.next, DEAD);
        }

        private final int[] nodes;
        private final Frame[] frames;
        private final State[] next;
        private final boolean complete;
        /** Which tokens may come next, a bit for each; null until asked for. Kept by {@link TokenTrie}. */
        long[] allowed;
        /** How often the mask was asked for before it was worked out. Kept by {@link CompiledGrammar}. */
        int met;

        private State(int[] nodes, Frame[] frames, boolean complete, int classes) {
            this.nodes = nodes;
            this.frames = frames;
            this.complete = complete;
            next = new State[classes];
        }

        /** Tells whether the text may end here. */
        boolean complete() {
            return complete;
        }
    }

    Automaton(Network network) {
        this.network = network;
        byteOf = classes();
        begin();
    }

    /** Bytes that no edge tells apart share a class. */
    private int[] classes() {
        TreeSet<Integer> firsts = new TreeSet<>();
        firsts.add(0);
        for (int edge = 0; edge < network.low().length; edge++) {
            if (network.low()[edge] >= 0) {
                firsts.add(network.low()[edge]);
                firsts.add(network.high()[edge] + 1);
            }
        }
        firsts.remove(256);
        int[] first = firsts.stream().mapToInt(i -> i).toArray();
        for (int c = 0; c < first.length; c++) {
            Arrays.fill(classOf, first[c], c + 1 < first.length ? first[c + 1] : 256, (byte) c);
        }
        return first;
    }

    private void begin() {
        count = 0;
        complete = false;
        visits.clear();
        visit(network.start(), Frame.ROOT);
        settle();
        start = intern();
    }

    State start() {
        return start;
    }

    /** Returns the state after one more byte, {@link State#DEAD} if none of the grammar's texts goes on so. */
    State next(State state, byte b) {
        State next = state.next[classOf[b & 0xFF] & 0xFF];
        return next == null ? step(state, classOf[b & 0xFF] & 0xFF) : next;
    }

    /** Tells whether a token may come next; one without bytes may not. */
    boolean allows(State state, byte[] bytes) {
        return bytes.length > 0 && next(state, bytes) != State.DEAD;
    }

    /** Returns the state after more bytes. */
    State next(State state, byte[] bytes) {
        State at = state;
        for (int i = 0; i < bytes.length && at != State.DEAD; i++) {
            at = next(at, bytes[i]);
        }
        return at;
    }

    /** Forgets all states but lets those in use go on: they find their ways again. */
    void forget() {
        for (State state : all) {
            Arrays.fill(state.next, null);
            state.allowed = null;
        }
        all.clear();
        states.clear();
        frames.forget();
        begin();
    }

    private State step(State state, int byteClass) {
        if (all.size() >= MOST_STATES) {
            forget();
        }
        int b = byteOf[byteClass];
        count = 0;
        complete = false;
        visits.clear();
        for (int i = 0; i < state.nodes.length; i++) {
            for (int edge = network.firstEdge()[state.nodes[i]]; edge >= 0; edge = network.nextEdge()[edge]) {
                if (network.low()[edge] <= b && b <= network.high()[edge] && network.low()[edge] >= 0) {
                    visit(network.target()[edge], state.frames[i]);
                }
            }
        }
        settle();
        State next = intern();
        state.next[byteClass] = next;
        return next;
    }

    private void visit(int node, Frame frame) {
        if (network.need()[node] <= Network.MOST_DEPTH - frame.depth()) {
            visits.add(node, frame);
        }
    }

    /** Follows all edges that take no byte; what is left are places with edges that do. */
    private void settle() {
        for (int i = 0; i < visits.size(); i++) {
            int node = visits.node(i);
            Frame frame = visits.frame(i);
            if (network.end()[node]) {
                if (frame == Frame.ROOT) {
                    complete = true;
                } else {
                    called(frame);
                }
            }
            boolean takes = false;
            for (int edge = network.firstEdge()[node]; edge >= 0; edge = network.nextEdge()[edge]) {
                switch (network.low()[edge]) {
                    case Network.FREE -> visit(network.target()[edge], frame);
                    case Network.CALL -> call(network.target()[edge], frame);
                    default -> takes = true;
                }
            }
            if (takes && count < MOST_PLACES) {
                places[count] = (long) node << 32 | frame.id();
                placeFrames[count++] = frame;
            }
        }
    }

    private void call(int site, Frame frame) {
        if (network.min()[site] == 0) {
            visit(network.exit()[site], frame);
        }
        if (network.tail(site)) {
            visit(network.body()[site], frame);
        } else if (network.need()[network.exit()[site]] <= Network.MOST_DEPTH - frame.depth()) {
            visit(network.body()[site], frames.of(site, 0, frame));
        }
    }

    /** A procedure ended: once more, or on after the site. */
    private void called(Frame frame) {
        int site = frame.site();
        int max = network.max()[site];
        int min = network.min()[site];
        int times = max == Expression.UNLIMITED ? Math.min(frame.count() + 1, min) : frame.count() + 1;
        if (max == Expression.UNLIMITED || times < max) {
            visit(network.body()[site], frames.of(site, times, frame.parent()));
        }
        if (times >= min) {
            visit(network.exit()[site], frame.parent());
        }
    }

    private State intern() {
        if (count == 0 && !complete) {
            return State.DEAD;
        }
        long[] sorted = Arrays.copyOf(places, count);
        Arrays.sort(sorted);
        Key key = new Key(sorted, complete);
        State known = states.get(key);
        if (known != null) {
            return known;
        }
        int[] nodes = new int[count];
        for (int i = 0; i < count; i++) {
            nodes[i] = (int) (places[i] >>> 32);
        }
        State made = new State(nodes, Arrays.copyOf(placeFrames, count), complete, byteOf.length);
        states.put(key, made);
        all.add(made);
        return made;
    }
}
