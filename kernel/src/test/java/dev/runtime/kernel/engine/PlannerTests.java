package dev.runtime.kernel.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import dev.runtime.api.ErrorCode;
import dev.runtime.api.backend.Backend;
import dev.runtime.api.backend.Device;
import dev.runtime.api.backend.DeviceInfo.Kind;
import dev.runtime.api.backend.Unsupported;
import dev.runtime.api.graph.Node;
import dev.runtime.api.model.BuildOptions;
import dev.runtime.api.model.ModelFile;
import dev.runtime.api.model.TensorType;
import dev.runtime.kernel.testing.FakeArchitecture;
import dev.runtime.kernel.testing.FakeBackend;
import dev.runtime.kernel.testing.FakeDevice;
import dev.runtime.kernel.testing.FakeFormat;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class PlannerTests {
    private final FakeDevice cpu = new FakeDevice("p", Kind.CPU);
    private final FakeDevice gpu = new FakeDevice("g:0", Kind.DISCRETE_GPU);
    private final FakeDevice second = new FakeDevice("g:1", Kind.DISCRETE_GPU);
    private final Backend processors = new FakeBackend("processor", List.of(cpu));
    private final Backend cards = new FakeBackend("cards", List.of(gpu, second));
    private final ModelFile file = FakeFormat.memory(Map.of("general.architecture", "fake", "fake.context", 1L << 19));

    @Test
    void gpusGoFirstUnlessAnotherDeviceIsAskedFor() {
        assertEquals(List.of(gpu, second, cpu), choose(Optional.empty()));
        assertEquals(List.of(cpu), choose(Optional.of("Processor")));
        assertEquals(List.of(second), choose(Optional.of("g:1")));
        assertEquals(List.of(gpu, second), choose(Optional.of("cards")));
        EngineModelTests.assertCode(ErrorCode.CONFIG_INVALID, "[p, g:0, g:1]", () -> choose(Optional.of("h")));
    }

    @Test
    void aBackendThatFailsIsLeftOut() {
        Backend broken = new Backend() {
            @Override
            public String name() {
                return "broken";
            }

            @Override
            public List<Device> devices() {
                throw new IllegalStateException("no driver");
            }
        };
        assertEquals(List.of(cpu), DeviceChoice.of(List.of(broken, processors), Optional.empty()).devices());
    }

    @Test
    void anUnlikelyBackendIsAskedOnlyByName() {
        List<Integer> looks = new ArrayList<>();
        Backend unlikely = new Backend() {
            @Override
            public String name() {
                return "unlikely";
            }

            @Override
            public boolean likely() {
                return false;
            }

            @Override
            public List<Device> devices() {
                looks.add(looks.size());
                return List.of(gpu);
            }
        };
        DeviceChoice.look(List.of(unlikely, processors));
        assertEquals(List.of(cpu), DeviceChoice.of(List.of(unlikely, processors), Optional.empty()).devices());
        assertEquals(List.of(cpu), DeviceChoice.of(List.of(unlikely, processors), Optional.of(processors.name())).devices());
        assertSame(cpu, DeviceChoice.processor(List.of(unlikely, processors)).orElseThrow().device());
        assertEquals(List.of(), looks);
        assertEquals(List.of(gpu), DeviceChoice.of(List.of(unlikely, processors), Optional.of("unlikely")).devices());
    }

    @Test
    void aDeviceWithoutAnOperatorOrMemoryIsPassedOver() {
        gpu.unsupported = List.of(missing());
        second.free = 100;
        assertSame(cpu, plan(List.of(gpu, second, cpu), options(0, 0, 0)).device());
        EngineModelTests.assertCode(ErrorCode.MODEL_UNSUPPORTED, "g:0 does not have, first Embed: no such table",
                () -> plan(List.of(gpu), options(0, 0, 0)));
        EngineModelTests.assertCode(ErrorCode.MODEL_LOAD_FAILED, "no device", () -> plan(List.of(), options(0, 0, 0)));
    }

    @Test
    void anAutomaticContextIsTheLongestTierThatFits() {
        assertEquals(4_096, plan(List.of(cpu), options(0, 0, 1)).contextLength());
        FakeDevice large = new FakeDevice("g:2", Kind.DISCRETE_GPU, 48L << 30);
        // a position takes 128 bytes: a key and a value of 32 elements of 2 bytes
        large.free = 262_144L * 128 + (1 << 20);
        assertEquals(262_144, plan(List.of(large), options(0, 0, 1)).contextLength());
        large.free = 32_768L * 128 + (1 << 20);
        assertEquals(32_768, plan(List.of(large), options(0, 0, 1)).contextLength());
        large.free = 4_096L * 128 + (1 << 20);
        assertEquals(4_096, plan(List.of(large), options(0, 0, 1)).contextLength());
        EngineModelTests.assertCode(ErrorCode.MODEL_TOO_LARGE, "1 x 32768", () -> plan(List.of(large), options(32_768, 0, 1)));
    }

    @Test
    void placesAreAsManyAsAQuarterOfTheMemoryHolds() {
        assertEquals(4, plan(List.of(cpu), options(0, 0, 0)).parallel());
        cpu.free = 4L * 2 * 4_096 * 128;
        assertEquals(2, plan(List.of(cpu), options(0, 0, 0)).parallel());
        cpu.free--;
        assertEquals(1, plan(List.of(cpu), options(0, 0, 0)).parallel());
    }

    @Test
    void stepsGrowWithTheContextAndHaveATokenForEveryPlace() {
        assertEquals(512, plan(List.of(cpu), options(4_096, 0, 1)).limits().maxTokens());
        assertEquals(1_024, plan(List.of(cpu), options(4_096, 0, 2)).limits().maxTokens());
        assertEquals(2_048, plan(List.of(cpu), options(65_536, 0, 1)).limits().maxTokens());
        assertEquals(8, plan(List.of(cpu), options(4_096, 3, 8)).limits().maxTokens());
        assertEquals(16, plan(List.of(cpu), options(16, 0, 1)).limits().maxTokens());
    }

    @Test
    void aTypeThatDoesNotFitTheHeadsIsReplacedAndAnUnknownOneRefused() {
        EngineOptions quantized = new EngineOptions(64, 0, 1, 0, Optional.empty(), TensorType.Q8_0);
        assertEquals(TensorType.Q8_0, plan(List.of(cpu), quantized).cache().keyType());
        // heads of 16 elements are no whole blocks of 32
        ModelFile narrow = FakeFormat.memory(Map.of("general.architecture", "fake", "fake.heads", 2L));
        assertEquals(TensorType.F16, new Planner("m", new AdapterFiles(narrow, List.of()), new FakeArchitecture(), Optional.empty(), quantized).plan(List.of(cpu)).cache().keyType());
        EngineOptions odd = new EngineOptions(64, 0, 1, 0, Optional.empty(), TensorType.Q4_K);
        EngineModelTests.assertCode(ErrorCode.CONFIG_INVALID, "Q4_K", () -> plan(List.of(cpu), odd));
    }

    @Test
    void theEstimateCountsWeightsKeysAndValues() {
        var shape = new FakeArchitecture().shape(file);
        // one layer, one head of 32
        assertEquals(1_000 + 2L * 32 * 2 * 4_096 * 3, EngineEstimate.bytes(1_000, shape, 4_096, 3, 512));
        assertEquals(EngineEstimate.bytes(0, shape, 64, 1, 512) + (768L << 20), EngineEstimate.bytes(0, shape, 64, 1, 1_024));
        assertEquals(EngineEstimate.bytes(0, shape, 1 << 19, 1, 512), EngineEstimate.bytes(0, shape, 1 << 20, 1, 512));
    }

    private List<Device> choose(Optional<String> wanted) {
        return DeviceChoice.of(List.of(processors, cards), wanted).devices();
    }

    private EnginePlan plan(List<? extends Device> devices, EngineOptions options) {
        return new Planner("m", new AdapterFiles(file, List.of()), new FakeArchitecture(), Optional.empty(), options).plan(List.copyOf(devices));
    }

    private static EngineOptions options(int context, int batch, int parallel) {
        return new EngineOptions(context, batch, parallel, 0, Optional.empty(), TensorType.F16);
    }

    private Unsupported missing() {
        Node node = new FakeArchitecture().build(file, new BuildOptions(64, BuildOptions.Output.LOGITS)).nodes().getFirst();
        return new Unsupported(node, "no such table");
    }
}
