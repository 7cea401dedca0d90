package dev.runtime.kernel.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.runtime.api.Cancellation;
import dev.runtime.api.backend.Backend;
import dev.runtime.api.backend.CacheMove;
import dev.runtime.api.backend.CacheOptions;
import dev.runtime.api.backend.CompileOptions;
import dev.runtime.api.backend.Device;
import dev.runtime.api.backend.KvCache;
import dev.runtime.api.backend.Program;
import dev.runtime.api.backend.StepInputs;
import dev.runtime.api.model.Metadata;
import dev.runtime.api.model.TensorType;
import dev.runtime.api.testkit.TinyModel;
import dev.runtime.kernel.placement.Placement;
import dev.runtime.kernel.testing.CollectingSink;
import dev.runtime.kernel.testing.FakeTokenizer;
import dev.runtime.kernel.testing.Requests;
import java.lang.foreign.MemorySegment;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A real model with rotated keys on the processor. In its first layer no row depends on other tokens, so with one layer moving rows and
 * evaluating them again must come to the same.
 */
class ShiftedModelTests {
    private static final int CONTEXT = 100;

    private final Device device = ServiceLoader.load(Backend.class).stream().map(ServiceLoader.Provider::get)
            .flatMap(backend -> backend.devices().stream()).filter(device -> device.info().id().equals("cpu-scalar")).findFirst().orElseThrow();

    /** Generates through full contexts, and counts the tokens that were evaluated. */
    private int run(TinyModel model, int keep, EngineOptions options, CollectingSink sink) {
        CompileOptions limits = new CompileOptions(64, 4, 1, CONTEXT, 1);
        CacheOptions size = new CacheOptions(4 + ContextShift.spareBlocks(model.graph(), options), EnginePlan.BLOCK_TOKENS, 0, TensorType.F32, TensorType.F32);
        EnginePlan plan = new EnginePlan(Placement.whole(device, model.graph()), model.graph(), limits, size, 0, 0, true, Optional.empty());
        int[] evaluated = {0};
        try (KvCache cache = device.cache(model.graph().cacheLayout(), size); Program program = device.compile(model.graph(), model.weights(), limits)) {
            Program counted = new Counted(program, evaluated);
            KvMemory memory = KvMemory.of(cache, true, Optional.empty(), ContextShift.of("tiny", model.graph(), counted, cache, options));
            Generator generator = new Generator("tiny", plan, counted, memory, new FakeTokenizer(new Metadata(Map.of())), MemorySegment.NULL,
                    Optional.empty(), Optional.empty(), () -> 0);
            int[] prompt = IntStream.range(0, 70).map(i -> i * i % TinyModel.VOCABULARY).toArray();
            generator.accept(generator.sequence(new TokenRequest(prompt, Requests.GREEDY, 330, keep, true, 0, 0, true, Optional.empty(),
                    Cancellation.none(), sink)));
            while (generator.step()) {
                assertTrue(sink.failure.isEmpty());
            }
        }
        assertEquals(330, sink.tokens.size());
        return evaluated[0];
    }

    private record Counted(Program program, int[] evaluated) implements Program {
        @Override
        public void run(StepInputs inputs, KvCache cache) {
            evaluated[0] += inputs.tokens();
            program.run(inputs, cache);
        }

        @Override
        public boolean move(CacheMove move, KvCache cache) {
            return program.move(move, cache);
        }

        @Override
        public MemorySegment output(String name) {
            return program.output(name);
        }

        @Override
        public long bytes() {
            return program.bytes();
        }

        @Override
        public void close() {
            program.close();
        }
    }

    private static EngineOptions options(boolean exact) {
        return new EngineOptions(CONTEXT, 0, 1, 0, Optional.empty(), TensorType.F32, EngineOptions.ALL_LAYERS, exact, false);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 37, 64, 99})
    void oneLayerSaysTheSameEitherWay(int keep) {
        TinyModel model = new TinyModel(TensorType.F32, 1);
        CollectingSink exact = new CollectingSink();
        CollectingSink moved = new CollectingSink();
        int again = run(model, keep, options(true), exact);
        assertEquals(70 + 329, run(model, keep, options(false), moved), "tokens of the prompt and of the output but the last");
        assertTrue(again > 500, again + " tokens with those evaluated again");
        assertEquals(exact.tokens, moved.tokens);
        for (int i = 0; i < exact.logprobs.size(); i++) {
            assertEquals(exact.logprobs.get(i), moved.logprobs.get(i), 1e-4, "token " + i);
        }
    }

    @Test
    void laterLayersHaveSeenWhatWasDropped() {
        CollectingSink exact = new CollectingSink();
        CollectingSink moved = new CollectingSink();
        TinyModel model = new TinyModel(TensorType.F32, 2);
        run(model, 0, options(true), exact);
        run(model, 0, options(false), moved);
        assertEquals(exact.logprobs.subList(0, 31), moved.logprobs.subList(0, 31), "up to the first shift");
        assertTrue(Math.abs(exact.logprobs.get(31) - moved.logprobs.get(31)) > 1e-4, "so this is no copy of the other");
    }
}
