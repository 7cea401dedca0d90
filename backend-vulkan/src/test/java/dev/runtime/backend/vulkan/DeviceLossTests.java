package dev.runtime.backend.vulkan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.runtime.api.ErrorCode;
import dev.runtime.api.RuntimeFailure;
import dev.runtime.api.backend.CacheOptions;
import dev.runtime.api.graph.CacheLayout;
import dev.runtime.api.graph.Graph;
import dev.runtime.api.model.TensorType;
import dev.runtime.api.testkit.DeviceRun;
import dev.runtime.api.testkit.TinyModel;
import dev.runtime.backend.vulkan.ffi.VulkanResult;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A lost device and memory that is short are failures with their codes; the next program runs. */
class DeviceLossTests {
    private static final int[] TABLE = {3, 1};

    @ParameterizedTest
    @CsvSource({"-1, device.out_of_memory", "-2, device.out_of_memory", "-4, device.failed", "-3, device.failed", "-13, device.failed"})
    void answersOfTheDriverHaveCodes(int answer, String code) {
        assertEquals(code, assertThrows(RuntimeFailure.class, () -> VulkanResult.check(answer, "a step")).code().code());
    }

    @Test
    void aLostDeviceIsOpenedAgainForTheNextProgram() {
        VulkanDevice device = Devices.any(Tuning.SOFTWARE);
        TinyModel model = new TinyModel(TensorType.Q8_0);
        try (DeviceRun lost = new DeviceRun(device, model.graph(), model.weights(), TensorType.F16)) {
            LogicalDevice logical = ((VulkanKvCache) lost.cache()).device();
            assertEquals(ErrorCode.DEVICE_FAILED,
                    assertThrows(RuntimeFailure.class, () -> logical.check(VulkanResult.DEVICE_LOST, "a step")).code());
            try (DeviceRun next = new DeviceRun(device, model.graph(), model.weights(), TensorType.F16)) {
                assertNotSame(logical, ((VulkanKvCache) next.cache()).device());
                for (float logit : next.sequence(TABLE, -1, 0, 7, 8).run(Graph.LOGITS)) {
                    assertTrue(Float.isFinite(logit) && logit != 0);
                }
            }
        } finally {
            assertEquals(0, device.allocatedBytes());
            device.close();
        }
    }

    @Test
    void aCacheThatDoesNotFitLeavesNothing() {
        VulkanDevice device = Devices.any(Tuning.SOFTWARE);
        CacheLayout layout = new CacheLayout(List.of(new CacheLayout.KvLayer(0, 1, 64, 64), new CacheLayout.KvLayer(1, 1 << 20, 1 << 10, 1 << 10)),
                List.of());
        try {
            RuntimeFailure e = assertThrows(RuntimeFailure.class,
                    () -> device.cache(layout, new CacheOptions(1 << 10, 32, 0, TensorType.F32, TensorType.F32)));
            assertEquals(ErrorCode.OUT_OF_MEMORY, e.code());
            assertEquals(0, device.allocations());
        } finally {
            device.close();
        }
    }
}
