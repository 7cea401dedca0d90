package dev.runtime.kernel.generate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.runtime.api.ErrorCode;
import dev.runtime.api.RuntimeFailure;
import dev.runtime.api.backend.DeviceInfo;
import dev.runtime.api.config.CoreKeys;
import dev.runtime.api.config.Settings;
import dev.runtime.api.inference.Options;
import dev.runtime.api.model.TensorType;
import dev.runtime.kernel.config.SettingsLoader;
import dev.runtime.kernel.engine.EngineOptions;
import dev.runtime.kernel.schedule.SchedulePolicy;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class EngineDefaultsTests {
    private static final List<DeviceInfo> DEVICES = List.of(
            new DeviceInfo("card:0", "card", DeviceInfo.Kind.DISCRETE_GPU, false, 1, List.of()),
            new DeviceInfo("card:1", "card", DeviceInfo.Kind.DISCRETE_GPU, false, 1, List.of()),
            new DeviceInfo("host", "host", DeviceInfo.Kind.CPU, true, 1, List.of()));

    private final Notes notes = new Notes(false);

    @Test
    void everythingIsChosenUnlessConfigured() {
        assertEquals(EngineOptions.AUTOMATIC, options(Map.of(), Map.of(), true));
        assertEquals(new EngineOptions(100, 0, 2, 3, Optional.of("card"), TensorType.Q8_0), options(Map.of("engine.context-length", "100",
                "schedule.num-parallel", "2", "engine.threads", "3", "engine.device", "card", "engine.kv-cache-type", "q8_0"), Map.of(), true));
    }

    @Test
    void requestGoesOverTheConfiguration() {
        EngineOptions o = options(Map.of("engine.context-length", "100", "engine.threads", "3", "engine.device", "card"),
                Map.of("num_ctx", 200L, "num_thread", 5L, "num_batch", 64L, "num_gpu", 0L), true);
        assertEquals(new EngineOptions(200, 64, 0, 5, Optional.of("host"), TensorType.F16), o);
    }

    @Test
    void layersOnTheGpuAreThoseOfTheRequest() {
        assertEquals(3, options(Map.of("engine.device", "card"), Map.of("num_gpu", 3L), true).gpuLayers());
        assertEquals(EngineOptions.ALL_LAYERS, options(Map.of(), Map.of("num_gpu", -5L), true).gpuLayers());
    }

    @Test
    void oneGpuIsChosenByItsNumber() {
        assertEquals(Optional.of("card:1"), options(Map.of(), Map.of("main_gpu", 1L), true).device());
        assertEquals(Optional.of("host"), options(Map.of(), Map.of("main_gpu", 1L, "num_gpu", 0L), true).device(), "none at all");
        assertEquals(Optional.empty(), options(Map.of(), Map.of("main_gpu", 7L), true).device());
        assertEquals(List.of("option \"main_gpu\" is 7 and was ignored: there are 2 GPUs"), notes.texts());
    }

    @Test
    void threeModelsForEachGpuAreLoadedUnlessConfigured() {
        SchedulePolicy chosen = SchedulePolicy.of(settings(Map.of()));
        assertEquals(List.of(3, 3, 6), List.of(chosen.mostLoaded(0), chosen.mostLoaded(1), chosen.mostLoaded(2)));
        assertEquals(7, SchedulePolicy.of(settings(Map.of("schedule.max-loaded-models", "7"))).mostLoaded(2));
    }

    @Test
    void modelThatEmbedsTakesOneTextAtATime() {
        assertEquals(1, options(Map.of("schedule.num-parallel", "8"), Map.of(), false).parallel());
    }

    @Test
    void rowsOfFullContextsMoveUnlessConfigured() {
        assertFalse(options(Map.of(), Map.of(), true).exactShift());
        assertTrue(options(Map.of("engine.exact-shift", "true"), Map.of(), true).exactShift());
    }

    @Test
    void threadsStayOnTheirCoresIfAskedTo() {
        assertFalse(options(Map.of(), Map.of(), true).pinned());
        assertTrue(options(Map.of("engine.pin-threads", "true"), Map.of(), true).pinned());
    }

    @Test
    void typeThatNoCacheHasIsNamed() {
        RuntimeFailure e = assertThrows(RuntimeFailure.class, () -> options(Map.of("engine.kv-cache-type", "q5_9"), Map.of(), true));
        assertEquals(ErrorCode.CONFIG_INVALID, e.code());
        assertTrue(e.getMessage().contains("engine.kv-cache-type") && e.getMessage().contains("q5_9"), e.getMessage());
    }

    @Test
    void limitsOfTheScheduler() {
        assertEquals(new SchedulePolicy(0, 512, Duration.ofMinutes(5), Duration.ofMinutes(5)), SchedulePolicy.of(settings(Map.of())));
        assertEquals(new SchedulePolicy(7, 0, Duration.ofSeconds(9), Duration.ofSeconds(1)), SchedulePolicy.of(settings(Map.of(
                "schedule.max-loaded-models", "7", "schedule.max-queue", "0", "schedule.keep-alive", "9s", "schedule.load-timeout", "1s"))));
        assertTrue(SchedulePolicy.of(settings(Map.of("schedule.keep-alive", "-1"))).keepAlive().isNegative());
    }

    private EngineOptions options(Map<String, String> flags, Map<String, Object> request, boolean generates) {
        return EngineDefaults.of(settings(flags)).with(
                RequestOptions.read(Map.of(), Options.of(request), notes), generates, DEVICES, notes);
    }

    private static Settings settings(Map<String, String> flags) {
        return SettingsLoader.load(CoreKeys.all(), Optional.empty(), Map.of(), flags);
    }
}
