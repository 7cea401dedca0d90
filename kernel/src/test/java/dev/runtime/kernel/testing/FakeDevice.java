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
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/** A device whose steps a test can watch, hold up or let fail. */
public final class FakeDevice implements Device {
    /** Programs and caches that are open. */
    public final AtomicInteger open = new AtomicInteger();
    /** Told of every step before it runs, on the loop's thread; throws to let it fail, waits to hold it up. */
    public volatile Consumer<StepInputs> watcher = inputs -> { };
    /** The free memory. */
    public volatile long free = 1L << 32;
    /** The operators that it claims not to have. */
    public volatile List<Unsupported> unsupported = List.of();
    /** What {@link #compile} throws, if anything. */
    public volatile Optional<RuntimeException> compileFailure = Optional.empty();
    /** What the models on this device answer, see {@link FakeLanguage}; empty for noise. */
    public volatile String script = "";

    private final DeviceInfo info;

    /** Creates a device of a kind. */
    public FakeDevice(String id, DeviceInfo.Kind kind) {
        info = new DeviceInfo(id, "fake " + id, kind, kind == DeviceInfo.Kind.CPU, 1L << 33, List.of());
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
        return unsupported;
    }

    @Override
    public Program compile(Graph graph, WeightSource weights, CompileOptions options) {
        if (compileFailure.isPresent()) {
            throw compileFailure.get();
        }
        return new FakeProgram(graph, options, new FakeLanguage(script), this);
    }

    @Override
    public KvCache cache(CacheLayout layout, CacheOptions options) {
        return new FakeKvCache(options, open);
    }

    @Override
    public long workingBytes(Graph graph, CompileOptions options) {
        return 4L * options.maxTokens() * FakeArchitecture.WIDTH;
    }
}
