package dev.runtime.backend.vulkan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.runtime.api.graph.Graph;
import dev.runtime.api.model.TensorType;
import dev.runtime.api.testkit.DeviceRun;
import dev.runtime.api.testkit.TinyModel;
import org.junit.jupiter.api.Test;

/** What is allocated is freed. The system property {@code leak.cycles} asks for more than the short sample of a normal build. */
class LeakTests {
    private static final int CYCLES = Integer.getInteger("leak.cycles", 20);
    private static final int[] TABLE = {3, 1, 2};

    @Test
    void loadingAndUnloadingLeavesNothing() {
        VulkanDevice device = Devices.any(Tuning.SOFTWARE);
        TinyModel model = new TinyModel(TensorType.Q4_0);
        long held = 0;
        for (int i = 0; i < CYCLES; i++) {
            try (DeviceRun run = new DeviceRun(device, model.graph(), model.weights(), TensorType.F16)) {
                run.sequence(TABLE, -1, 0, i % 50, 2, 3).run(Graph.LOGITS);
                held = i == 0 ? device.allocatedBytes() : held;
                assertEquals(held, device.allocatedBytes(), "bytes of load " + i);
            }
            assertEquals(0, device.allocations(), "allocations that outlive load " + i);
            assertEquals(0, device.allocatedBytes(), "bytes that outlive load " + i);
        }
        device.close();
    }

    @Test
    void stepsAllocateNothingOnTheDevice() {
        VulkanDevice device = Devices.any(Tuning.SOFTWARE);
        TinyModel model = new TinyModel(TensorType.Q4_0);
        try (DeviceRun run = new DeviceRun(device, model.graph(), model.weights(), TensorType.F16)) {
            long held = device.allocatedBytes();
            assertTrue(held > 0);
            for (int i = 0; i < 10 * CYCLES; i++) {
                run.sequence(TABLE, -1, 0, new int[1 + i % 5]).run(Graph.LOGITS);
                assertEquals(held, device.allocatedBytes(), "bytes after request " + i);
            }
        }
        assertEquals(0, device.allocatedBytes());
        device.close();
    }
}
