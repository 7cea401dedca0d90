package dev.runtime.kernel.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.runtime.api.backend.DeviceInfo;
import dev.runtime.api.backend.KvCache;
import dev.runtime.api.backend.Program;
import dev.runtime.api.model.Metadata;
import dev.runtime.api.model.ModelFile;
import dev.runtime.api.model.TensorType;
import dev.runtime.kernel.testing.FakeArchitecture;
import dev.runtime.kernel.testing.FakeDevice;
import dev.runtime.kernel.testing.FakeFormat;
import dev.runtime.kernel.testing.FakeTokenizer;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;

/** A generator on a fake device, stepped by the test on its own thread. Time passes only where {@link #time} says so. */
final class GeneratorBench implements AutoCloseable {
    final FakeDevice device = new FakeDevice("fake:0", DeviceInfo.Kind.CPU);
    final Generator generator;
    final KvMemory memory;
    final AtomicLong time = new AtomicLong();
    private final Program program;
    private final KvCache cache;

    GeneratorBench(int contextLength, int batch, int parallel) {
        this(contextLength, batch, parallel, Map.of("general.architecture", "fake"));
    }

    GeneratorBench(int contextLength, int batch, int parallel, Map<String, Object> metadata) {
        this(contextLength, batch, parallel, metadata, "");
    }

    GeneratorBench(int contextLength, int batch, int parallel, Map<String, Object> metadata, String script) {
        this(contextLength, batch, parallel, metadata, script, SpillOptions.NONE);
    }

    GeneratorBench(int contextLength, int batch, int parallel, Map<String, Object> metadata, String script, SpillOptions spill) {
        device.script = script;
        ModelFile file = FakeFormat.memory(metadata);
        EngineOptions options = new EngineOptions(contextLength, batch, parallel, 0, Optional.empty(), TensorType.F16);
        EnginePlan plan = new Planner("bench", new AdapterFiles(file, List.of()), new FakeArchitecture(), Optional.empty(), options).plan(List.of(device));
        cache = device.cache(plan.graph().cacheLayout(), plan.cache());
        program = device.compile(plan.graph(), file::data, plan.limits());
        memory = KvMemory.of(cache, plan.graph().cacheLayout().stateLayers().isEmpty(), spill.open(cache));
        generator = new Generator("bench", plan, program, memory, new FakeTokenizer(new Metadata(metadata)), MemorySegment.NULL,
                Optional.empty(), time::get);
    }

    /** Queues a request. */
    void submit(TokenRequest request) {
        generator.accept(generator.sequence(request));
    }

    /** Steps until there is nothing to do. */
    int stepAll() {
        int steps = 0;
        while (generator.step()) {
            steps++;
        }
        return steps;
    }

    /** Checks that no sequence holds a block, and closes. */
    @Override
    public void close() {
        assertEquals(cache.options().blocks(), memory.pool().available(), "blocks that nobody uses");
        program.close();
        memory.spill().ifPresent(KvSpill::close);
        cache.close();
    }
}
