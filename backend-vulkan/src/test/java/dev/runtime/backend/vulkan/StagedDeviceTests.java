package dev.runtime.backend.vulkan;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.runtime.api.graph.Graph;
import dev.runtime.api.model.TensorType;
import dev.runtime.api.testkit.DeviceRun;
import dev.runtime.api.testkit.TinyModel;
import org.junit.jupiter.api.Test;

/** A device whose memory the host does not see gets its weights by way of memory that both see; and recorded steps are run again. */
class StagedDeviceTests {
    private static final int[] TABLE = {3, 1};

    @Test
    void weightsGoByWayOfSharedMemory() {
        TinyModel model = new TinyModel(TensorType.Q4_K);
        assertArrayEquals(run(Devices.any(Tuning.SOFTWARE), model),
                run(Devices.any(new Tuning(GpuMemory.Place.DEVICE_ONLY, Tuning.HARDWARE.columns())), model));
    }

    private static float[] run(VulkanDevice device, TinyModel model) {
        try (DeviceRun run = new DeviceRun(device, model.graph(), model.weights(), TensorType.F16)) {
            return run.sequence(TABLE, -1, 0, 7, 8, 9).run(Graph.LOGITS);
        } finally {
            assertEquals(0, device.allocatedBytes(), "bytes that were not freed");
            device.close();
        }
    }

    @Test
    void aStepOfASizeThatWasSeenBeforeGivesItsOwnResult() {
        TinyModel model = new TinyModel(TensorType.Q8_0);
        VulkanDevice device = Devices.any(Tuning.SOFTWARE);
        try (DeviceRun run = new DeviceRun(device, model.graph(), model.weights(), TensorType.F16)) {
            float[] first = run.sequence(TABLE, -1, 0, 7, 8).run(Graph.LOGITS);
            // more sizes than are kept
            for (int tokens = 1; tokens <= 14; tokens++) {
                run.sequence(TABLE, -1, 0, new int[tokens]).run(Graph.LOGITS);
            }
            assertArrayEquals(first, run.sequence(TABLE, -1, 0, 7, 8).run(Graph.LOGITS));
            float[] other = run.sequence(TABLE, -1, 0, 9, 8).run(Graph.LOGITS);
            assertArrayEquals(first, run.sequence(TABLE, -1, 0, 7, 8).run(Graph.LOGITS));
            assertEquals(first.length, other.length);
        } finally {
            device.close();
        }
    }
}
