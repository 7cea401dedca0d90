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
import dev.runtime.kernel.testing.FakeLanguage;
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
    /** Where the draft model runs. */
    final FakeDevice draftDevice = new FakeDevice("fake:1", DeviceInfo.Kind.CPU);
    private final Program program;
    private final KvCache cache;
    private final Optional<Draft> draft;

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
        this(contextLength, batch, parallel, metadata, script, spill, Optional.empty());
    }

    /** Creates one with a draft model that has so long a context and says what a script says. */
    GeneratorBench(int contextLength, int batch, int parallel, String script, int draftContext, String draftScript) {
        this(contextLength, batch, parallel, Map.of("general.architecture", "fake", "fake.context", (long) contextLength), script, SpillOptions.NONE,
                Optional.of(new DraftSetup(draftContext, draftScript)));
    }

    private record DraftSetup(int contextLength, String script) {}

    private record Draft(Program program, KvMemory memory, DraftModel model) {}

    private GeneratorBench(int contextLength, int batch, int parallel, Map<String, Object> metadata, String script, SpillOptions spill,
            Optional<DraftSetup> setup) {
        device.script = script;
        ModelFile file = FakeFormat.memory(metadata);
        EngineOptions options = new EngineOptions(contextLength, batch, parallel, 0, Optional.empty(), TensorType.F16);
        EnginePlan plan = new Planner("bench", new AdapterFiles(file, List.of()), new FakeArchitecture(), Optional.empty(), options).plan(List.of(device));
        cache = device.cache(plan.graph().cacheLayout(), plan.cache());
        program = device.compile(plan.graph(), file::data, plan.limits());
        memory = KvMemory.of(cache, plan.graph().cacheLayout().stateLayers().isEmpty(), spill.open(cache),
                ContextShift.of("bench", plan.graph(), program, cache, options));
        draft = setup.map(s -> draft(s, parallel));
        generator = new Generator("bench", plan, program, memory, new FakeTokenizer(new Metadata(metadata)), MemorySegment.NULL,
                Optional.empty(), draft.map(Draft::model), time::get);
    }

    private Draft draft(DraftSetup setup, int parallel) {
        draftDevice.script = setup.script;
        ModelFile file = FakeFormat.memory(Map.of("general.architecture", "fake", "fake.context", (long) setup.contextLength));
        EngineOptions options = new EngineOptions(setup.contextLength, 64, parallel, 0, Optional.empty(), TensorType.F16);
        EnginePlan plan = new Planner("draft", new AdapterFiles(file, List.of()), new FakeArchitecture(), Optional.empty(), options)
                .plan(List.of(draftDevice));
        Program small = draftDevice.compile(plan.graph(), file::data, plan.limits());
        KvCache smallCache = draftDevice.cache(plan.graph().cacheLayout(), plan.cache());
        KvMemory books = KvMemory.of(smallCache, true, Optional.empty(), ContextShift.of("draft", plan.graph(), small, smallCache, options));
        return new Draft(small, books, new DraftModel("bench", plan, small, books, FakeLanguage.VOCABULARY, time::get));
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
        if (draft.isPresent()) {
            assertEquals(draft.get().memory.cache().options().blocks(), draft.get().memory.pool().available(), "the draft model's blocks that nobody uses");
            draft.get().program.close();
            draft.get().memory.cache().close();
        }
        program.close();
        memory.spill().ifPresent(KvSpill::close);
        cache.close();
    }
}
