package dev.runtime.kernel.testing;

import dev.runtime.api.backend.CacheMove;
import dev.runtime.api.backend.CompileOptions;
import dev.runtime.api.backend.KvCache;
import dev.runtime.api.backend.Program;
import dev.runtime.api.backend.StepCheck;
import dev.runtime.api.backend.StepInputs;
import dev.runtime.api.graph.Graph;
import dev.runtime.api.graph.Op;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/** Computes {@link FakeLanguage} from what the cache holds, and checks that each step keeps its contract. */
public final class FakeProgram implements Program {
    private final Graph graph;
    private final CompileOptions limits;
    private final FakeLanguage language;
    private final FakeDevice device;
    private final Arena arena = Arena.ofShared();
    private final MemorySegment result;
    private final float[] scores = new float[FakeLanguage.VOCABULARY];
    private volatile boolean closed;

    FakeProgram(Graph graph, CompileOptions limits, FakeLanguage language, FakeDevice device) {
        this.graph = graph;
        this.limits = limits;
        this.language = language;
        this.device = device;
        result = arena.allocate(4L * Math.max(limits.maxOutputs(), limits.maxSequences()) * FakeLanguage.VOCABULARY, 64);
        device.open.incrementAndGet();
    }

    @Override
    public void run(StepInputs inputs, KvCache cache) {
        check(!closed, "the program is closed");
        check(inputs.tokens() > 0 && inputs.tokens() <= limits.maxTokens(), inputs.tokens() + " tokens");
        check(inputs.sequences() <= limits.maxSequences(), inputs.sequences() + " sequences");
        check(inputs.outputs() <= limits.maxOutputs(), inputs.outputs() + " outputs");
        device.beforeRun(inputs);
        FakeKvCache kv = (FakeKvCache) cache;
        checkWriters(inputs, kv);
        if (graph.nodes().stream().anyMatch(node -> node.op() instanceof Op.KvWrite)) {
            for (int t = 0; t < inputs.tokens(); t++) {
                kv.encoded[at(inputs, inputs.sequenceOf(t), inputs.position(t), kv)] = inputs.id(t);
            }
            return;
        }
        int row = 0;
        for (int s = 0; s < inputs.sequences(); s++) {
            int first = inputs.firstToken(s);
            FakeLanguage.State state = history(inputs, s, kv);
            for (int t = first; t < first + inputs.tokenCount(s); t++) {
                check(inputs.position(t) == inputs.position(first) + t - first, "positions of a sequence have a gap");
                kv.tokens[at(inputs, s, inputs.position(t), kv)] = inputs.id(t);
                state = state.next(inputs.id(t), inputs.position(t));
                if (row < inputs.outputs() && inputs.outputRow(row) == t) {
                    language.scores(state, scores);
                    MemorySegment.copy(scores, 0, result, ValueLayout.JAVA_FLOAT, 4L * row * scores.length, scores.length);
                    row++;
                }
            }
            keep(inputs, s, kv, state);
            if (graph.outputs().containsKey(Graph.EMBEDDING)) {
                for (int i = 0; i < FakeArchitecture.WIDTH; i++) {
                    result.setAtIndex(ValueLayout.JAVA_FLOAT, (long) s * FakeArchitecture.WIDTH + i, (state.hash() >>> i & 0xFF) - 128f);
                }
            }
        }
        check(row == inputs.outputs(), "outputs are not in the order of the tokens");
    }

    /** Rebuilds the state from the cached tokens of a sequence; from its slot too, which must then agree. */
    private FakeLanguage.State history(StepInputs inputs, int s, FakeKvCache kv) {
        int start = inputs.position(inputs.firstToken(s));
        FakeLanguage.State state = language.start();
        for (int position = 0; position < inputs.encodedPositions(s); position++) {
            int token = kv.encoded[at(inputs, s, position, kv)];
            check(token != FakeKvCache.EMPTY, "position " + position + " was never encoded");
            state = state.next(token, position);
        }
        for (int position = 0; position < start; position++) {
            int token = kv.tokens[at(inputs, s, position, kv)];
            check(token != FakeKvCache.EMPTY, "position " + position + " was never written");
            state = state.next(token, position);
        }
        int slot = inputs.stateSlot(s);
        check(slot >= 0 == kv.states.length > 0, "slot " + slot);
        if (slot >= 0) {
            check(kv.statePositions[slot] == start, "the state is at " + kv.statePositions[slot] + ", the step at " + start);
            check(start == 0 || kv.states[slot].equals(state), "the state is of another sequence");
        }
        return state;
    }

    @Override
    public boolean move(CacheMove move, KvCache cache) {
        device.onMove.run();
        if (!device.moves) {
            return false;
        }
        FakeKvCache kv = (FakeKvCache) cache;
        new StepCheck(graph, limits).check(move, graph.cacheLayout(), kv.options());
        int size = kv.options().blockTokens();
        for (int i = 0; i < move.count(); i++) {
            int from = move.source()[(move.from() + i) / size] * size + (move.from() + i) % size;
            check(kv.tokens[from] != FakeKvCache.EMPTY, "position " + (move.from() + i) + " was never written");
            kv.tokens[move.target()[(move.to() + i) / size] * size + (move.to() + i) % size] = kv.tokens[from];
        }
        return true;
    }

    private static void keep(StepInputs inputs, int s, FakeKvCache kv, FakeLanguage.State state) {
        int slot = inputs.stateSlot(s);
        if (slot >= 0) {
            kv.states[slot] = state;
            kv.statePositions[slot] = inputs.position(inputs.firstToken(s)) + inputs.tokenCount(s);
        }
    }

    /** No two sequences write into one block. */
    private static void checkWriters(StepInputs inputs, FakeKvCache kv) {
        Set<Integer> written = new HashSet<>();
        for (int s = 0; s < inputs.sequences(); s++) {
            Set<Integer> own = new HashSet<>();
            for (int t = inputs.firstToken(s); t < inputs.firstToken(s) + inputs.tokenCount(s); t++) {
                own.add(at(inputs, s, inputs.position(t), kv) / kv.options().blockTokens());
            }
            for (int block : own) {
                check(written.add(block), "two sequences write into block " + block);
            }
        }
    }

    private static int at(StepInputs inputs, int s, int position, FakeKvCache kv) {
        int size = kv.options().blockTokens();
        int block = inputs.blockTable(s)[position / size];
        check(block >= 0 && block < kv.options().blocks(), "block " + block);
        return block * size + position % size;
    }

    private static void check(boolean condition, String message) {
        if (!condition) {
            throw new IllegalStateException("contract of a step: " + message);
        }
    }

    @Override
    public MemorySegment output(String name) {
        graph.output(name);
        return result;
    }

    @Override
    public long bytes() {
        return result.byteSize();
    }

    @Override
    public Optional<String> lock() {
        return device.unlocked;
    }

    @Override
    public void close() {
        check(!closed, "closed twice");
        closed = true;
        arena.close();
        device.open.decrementAndGet();
    }
}
