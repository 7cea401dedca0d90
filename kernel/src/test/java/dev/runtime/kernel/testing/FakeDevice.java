package dev.runtime.kernel.testing;

import dev.runtime.api.backend.CacheOptions;
import dev.runtime.api.backend.CompileOptions;
import dev.runtime.api.backend.Device;
import dev.runtime.api.backend.DeviceInfo;
import dev.runtime.api.backend.KvCache;
import dev.runtime.api.backend.Program;
import dev.runtime.api.backend.StepInputs;
import dev.runtime.api.backend.Unsupported;
import dev.runtime.api.backend.WeightSource;
import dev.runtime.api.graph.CacheLayout;
import dev.runtime.api.graph.Graph;
import dev.runtime.api.graph.Op;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Predicate;

/** A device whose steps a test can watch, hold up or let fail. */
public final class FakeDevice implements Device {
    /** Programs and caches that are open. */
    public final AtomicInteger open = new AtomicInteger();
    /** Told of every step before it runs, on the loop's thread; throws to let it fail, waits to hold it up. */
    public volatile Consumer<StepInputs> watcher = inputs -> { };
    /** Run before the state of a sequence is cleared; throws to let that fail. */
    public volatile Runnable onClear = () -> { };
    /** Run before cached positions are moved; throws to let that fail. */
    public volatile Runnable onMove = () -> { };
    /** Whether programs move cached positions. */
    public volatile boolean moves = true;
    /** The free memory. */
    public volatile long free = 1L << 32;
    /** The operators that it claims not to have. */
    public volatile List<Unsupported> unsupported = List.of();
    /** The kinds of operators that it claims not to have. */
    public volatile Predicate<Op> lacks = op -> false;
    /** What the models on this device answer, see {@link FakeLanguage}; empty for noise. */
    public volatile String script = "";

    /** Takes the weights before a program is made. */
    public volatile Consumer<WeightSource> taking = weights -> { };

    /** Why nothing is locked in memory; nothing if it is. */
    public volatile Optional<String> unlocked = Optional.empty();

    /** Makes the programs. */
    public volatile BiFunction<Graph, CompileOptions, Program> compiler =
            (graph, options) -> new FakeProgram(graph, options, new FakeLanguage(script), this);

    private final DeviceInfo info;

    /** Creates a device of a kind. */
    public FakeDevice(String id, DeviceInfo.Kind kind) {
        this(id, kind, 1L << 33);
    }

    /** Creates a device of a kind and size. */
    public FakeDevice(String id, DeviceInfo.Kind kind, long totalBytes) {
        info = new DeviceInfo(id, "fake " + id, kind, kind == DeviceInfo.Kind.CPU, totalBytes, List.of());
    }

    void beforeRun(StepInputs inputs) {
        watcher.accept(inputs);
    }

    @Override
    public DeviceInfo info() {
        return info;
    }

    @Override
    public long freeBytes() {
        return free;
    }

    @Override
    public List<Unsupported> unsupported(Graph graph) {
        List<Unsupported> all = new ArrayList<>(unsupported);
        graph.nodes().stream().filter(node -> lacks.test(node.op())).forEach(node -> all.add(new Unsupported(node, "the test says so")));
        return all;
    }

    @Override
    public Program compile(Graph graph, WeightSource weights, CompileOptions options) {
        taking.accept(weights);
        return compiler.apply(graph, options);
    }

    @Override
    public KvCache cache(CacheLayout layout, CacheOptions options) {
        return new FakeKvCache(options, this);
    }

    @Override
    public long workingBytes(Graph graph, CompileOptions options) {
        return 4L * options.maxTokens() * FakeArchitecture.WIDTH;
    }
}
