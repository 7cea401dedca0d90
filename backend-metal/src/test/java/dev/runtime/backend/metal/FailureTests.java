package dev.runtime.backend.metal;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.runtime.api.ErrorCode;
import dev.runtime.api.RuntimeFailure;
import dev.runtime.api.backend.Device;
import dev.runtime.api.graph.Graph;
import dev.runtime.api.model.TensorType;
import dev.runtime.api.testkit.DeviceRun;
import dev.runtime.api.testkit.TinyModel;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A step that fails, or memory that is short, is a failure with its code, leaves no object, and the device goes on. */
class FailureTests {
    private static final int[] TABLE = {3, 1};

    private final MetalBackend backend = new MetalBackend();
    private final Device device = StandIn.device(backend);
    private final TinyModel model = new TinyModel(TensorType.F16);

    @AfterEach
    void stop() {
        backend.stop();
    }

    @Test
    void aStepThatFailsIsAFailureAndTheNextOneRuns() {
        try (DeviceRun run = new DeviceRun(device, model.graph(), model.weights(), TensorType.F16)) {
            float[] expected = run.sequence(TABLE, -1, 0, 7, 8).run(Graph.LOGITS);
            StandIn.failNext(8);
            assertEquals(ErrorCode.OUT_OF_MEMORY, failure(run).code());
            StandIn.failNext(3);
            assertEquals(ErrorCode.DEVICE_FAILED, failure(run).code());
            run.inputs().clear();
            assertArrayEquals(expected, run.sequence(TABLE, -1, 0, 7, 8).run(Graph.LOGITS));
        }
    }

    private static RuntimeFailure failure(DeviceRun run) {
        run.inputs().clear();
        return assertThrows(RuntimeFailure.class, () -> run.sequence(TABLE, -1, 0, 7, 8).run(Graph.LOGITS));
    }

    @Test
    void memoryThatIsShortLeavesNothing() {
        try (DeviceRun run = new DeviceRun(device, model.graph(), model.weights(), TensorType.F16)) {
            run.sequence(TABLE, -1, 0, 7, 8).run(Graph.LOGITS);
            long before = StandIn.live();
            StandIn.refuseMemory(true);
            try {
                RuntimeFailure e = assertThrows(RuntimeFailure.class,
                        () -> new DeviceRun(device, model.graph(), model.weights(), TensorType.F16));
                assertEquals(ErrorCode.OUT_OF_MEMORY, e.code());
            } finally {
                StandIn.refuseMemory(false);
            }
            assertEquals(before, StandIn.live());
        }
    }
}
