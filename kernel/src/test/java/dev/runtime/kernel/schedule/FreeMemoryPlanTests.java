package dev.runtime.kernel.schedule;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.runtime.api.ErrorCode;
import dev.runtime.api.RuntimeFailure;
import dev.runtime.api.backend.DeviceInfo;
import dev.runtime.api.model.TensorType;
import dev.runtime.kernel.engine.EngineOptions;
import dev.runtime.kernel.store.StoredModel;
import dev.runtime.kernel.testing.FakeBackend;
import dev.runtime.kernel.testing.FakeDevice;
import dev.runtime.kernel.testing.FakeStack;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FreeMemoryPlanTests {
    @TempDir
    Path folder;

    private final FakeDevice gpu = new FakeDevice("card:0", DeviceInfo.Kind.DISCRETE_GPU);
    private FakeStack stack;
    private StoredModel model;
    private FreeMemoryPlan plan;

    @BeforeEach
    void open() {
        stack = new FakeStack(folder);
        stack.services.add(new FakeBackend("card", List.of(gpu)));
        model = stack.model("m", Map.of());
        plan = new FreeMemoryPlan(stack.services);
    }

    @Test
    void fitsIfFourFifthsOfTheFreeMemoryAreEnough() {
        long smallest = smallest(on("card"));
        assertTrue(smallest > 1 << 20, "the surcharge of a batch alone is more");
        gpu.free = smallest;
        assertTrue(plan.fits(model, on("card:0")));
        gpu.free = smallest - 2;
        assertFalse(plan.fits(model, on("card:0")));
    }

    @Test
    void moreContextTakesMore() {
        EngineOptions longer = new EngineOptions(64, 1, 64, 0, Optional.of("card"), TensorType.F16);
        EngineOptions shorter = new EngineOptions(32, 1, 64, 0, Optional.of("card"), TensorType.F16);
        assertTrue(smallest(longer) > smallest(shorter));
    }

    @Test
    void memoryOfTheHostCountsForTheProcessor() {
        gpu.free = 0;
        assertFalse(plan.fits(model, on("card")));
        assertTrue(plan.fits(model, new EngineOptions(32, 1, 1, 0, Optional.of("fake"), TensorType.F16)));
    }

    @Test
    void devicesAreThoseThatALoadWouldTake() {
        gpu.free = 1L << 40;
        assertTrue(plan.fits(model, on("CARD")));
        assertEquals(1, plan.gpus());
        assertEquals(ErrorCode.CONFIG_INVALID, assertThrows(RuntimeFailure.class, () -> plan.fits(model, on("none"))).code());
    }

    @Test
    void modelThatNobodyReadsIsAFailure() {
        stack.services.remove(stack.format);
        assertEquals(ErrorCode.MODEL_UNSUPPORTED, assertThrows(RuntimeFailure.class, () -> plan.fits(model, on("card"))).code());
    }

    /** The least free memory with which it fits, found by halving. */
    private long smallest(EngineOptions options) {
        long low = 0;
        long high = 1L << 40;
        while (low < high) {
            long middle = (low + high) >>> 1;
            gpu.free = middle;
            if (plan.fits(model, options)) {
                high = middle;
            } else {
                low = middle + 1;
            }
        }
        return high;
    }

    private static EngineOptions on(String device) {
        return new EngineOptions(0, 0, 0, 0, Optional.of(device), TensorType.F16);
    }
}
