package dev.runtime.backend.cuda;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.runtime.api.ErrorCode;
import dev.runtime.api.RuntimeFailure;
import dev.runtime.api.backend.Device;
import dev.runtime.api.graph.AttentionSpec;
import dev.runtime.api.graph.Graph;
import dev.runtime.api.graph.GraphBuilder;
import dev.runtime.api.graph.Op;
import dev.runtime.api.graph.Value;
import dev.runtime.api.model.TensorType;
import dev.runtime.api.testkit.DeviceRun;
import dev.runtime.api.testkit.WeightFixture;
import dev.runtime.backend.cuda.ops.Tuning;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever call of the driver fails, and when: the caller gets a failure with its code, nothing stays allocated, the next one is served. */
class DriverFailureTests {
    private static final int OUT_OF_MEMORY = 2;
    private static final int NOT_PERMITTED = 800;
    private static final int ILLEGAL_ADDRESS = 700;
    private static final int[] TABLE = {3, 1};

    /** What comes before every other call; memory cannot be given back either if this fails then. */
    private static final String ENTER = "cuCtxSetCurrent";

    /** Of the many calls of one function, the first ones and then ever fewer are tried. */
    private static final double STRIDE = 1.3;

    private final WeightFixture weights = new WeightFixture(22);
    private final Graph graph = graph();
    private StandIn standIn;
    private Device device;

    /** As little as has keys, values and products: each of the many lives below computes it. */
    private Graph graph() {
        GraphBuilder b = new GraphBuilder();
        Value x = b.embed(weights.matrix(TensorType.F32, 32, 20), Op.Index.TOKEN, 1);
        Value y = b.attention(x, x, x, AttentionSpec.causal(0, 2, 2, 16, 16, 0.25f));
        b.output(Graph.LOGITS, b.linear(b.selectOutputs(y), weights.matrix(TensorType.Q8_0, 32, 16)));
        return b.build();
    }

    @BeforeEach
    void open() {
        standIn = StandIn.open();
        device = new CudaBackend(new Tuning(false)).devices().getFirst();
    }

    @AfterEach
    void heal() {
        standIn.heal();
    }

    @ParameterizedTest
    @CsvSource({"cuCtxSetCurrent, 800", "cuMemAlloc_v2, 2", "cuMemHostAlloc, 2", "cuStreamCreate, 2", "cuModuleLoadData, 2",
        "cuModuleGetFunction, 800", "cuMemcpyHtoDAsync_v2, 800", "cuMemcpyDtoHAsync_v2, 800", "cuMemsetD8Async, 800", "cuLaunchKernel, 2",
        "cuLaunchKernel, 800", "cuStreamSynchronize, 800", "cuStreamBeginCapture_v2, 800", "cuStreamEndCapture, 800",
        "cuGraphInstantiateWithFlags, 800", "cuGraphLaunch, 2"})
    void anyCallMayFail(String call, int error) {
        long before = standIn.used();
        ErrorCode code = error == OUT_OF_MEMORY ? ErrorCode.OUT_OF_MEMORY : ErrorCode.DEVICE_FAILED;
        float[] expected = life();
        boolean failed = true;
        int failures = 0;
        for (int after = 0; failed; after = (int) (after * STRIDE) + 1) {
            device = new CudaBackend(new Tuning(false)).devices().getFirst();
            standIn.fail(call, after, error, false);
            RuntimeFailure failure = null;
            try {
                assertArrayEquals(expected, life(), call + " " + after);
            } catch (RuntimeFailure e) {
                failure = e;
            }
            failed = standIn.heal();
            failures += failure == null ? 0 : 1;
            if (failure != null) {
                assertEquals(code, failure.code(), failure.getMessage());
                assertTrue(failure.getMessage().startsWith(device.info().id()), failure.getMessage());
            }
            if (!call.equals(ENTER)) {
                assertEquals(before, standIn.used(), "device memory after " + call + " failed at its call " + after);
            }
            before = standIn.used();
        }
        assertTrue(failures > 0, call);
        assertArrayEquals(expected, life());
    }

    /** From loading to closing, with prompts, recorded steps and played ones; returns the last logits. */
    private float[] life() {
        try (DeviceRun run = new DeviceRun(device, graph, weights, TensorType.F16)) {
            run.sequence(TABLE, -1, 0, 7, 8, 9).run(Graph.LOGITS);
            float[] logits = {};
            for (int i = 0; i < 4; i++) {
                logits = run.sequence(TABLE, -1, 3 + i, 10 + i).run(Graph.LOGITS);
            }
            return logits;
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"cuMemAlloc_v2", "cuMemHostAlloc", "cuMemcpyHtoDAsync_v2", "cuLaunchKernel", "cuStreamSynchronize"})
    void aFailedStepMayBeRunAgain(String call) {
        float[] expected = life();
        try (DeviceRun run = new DeviceRun(device, graph, weights, TensorType.F16)) {
            standIn.fail(call, 0, NOT_PERMITTED, false);
            run.sequence(TABLE, -1, 0, 7, 8, 9);
            assertEquals(ErrorCode.DEVICE_FAILED, assertThrows(RuntimeFailure.class, () -> run.run(Graph.LOGITS)).code());
            assertTrue(standIn.heal());
            run.run(Graph.LOGITS);
            float[] logits = {};
            for (int i = 0; i < 4; i++) {
                logits = run.sequence(TABLE, -1, 3 + i, 10 + i).run(Graph.LOGITS);
            }
            assertArrayEquals(expected, logits);
        }
    }

    @Test
    void withoutMemoryForARecordingStepsRunWithoutOne() {
        float[] expected = life();
        standIn.fail("cuGraphInstantiateWithFlags", 0, OUT_OF_MEMORY, false);
        assertArrayEquals(expected, life());
        assertTrue(standIn.heal());
    }

    @Test
    void aLostDeviceIsNotUsedAnyMore() {
        DeviceRun run = new DeviceRun(device, graph, weights, TensorType.F16);
        DeviceRun other = new DeviceRun(device, graph, weights, TensorType.F16);
        standIn.fail("cuStreamSynchronize", 0, ILLEGAL_ADDRESS, true);
        run.sequence(TABLE, -1, 0, 7, 8);
        RuntimeFailure first = assertThrows(RuntimeFailure.class, () -> run.run(Graph.LOGITS));
        assertEquals(ErrorCode.DEVICE_FAILED, first.code());
        assertTrue(first.getMessage().contains("is not used any more") && first.getMessage().contains("CUDA_ERROR_ILLEGAL_ADDRESS"),
                first.getMessage());
        other.sequence(TABLE, -1, 0, 7, 8);
        assertEquals(ErrorCode.DEVICE_FAILED, assertThrows(RuntimeFailure.class, () -> other.run(Graph.LOGITS)).code());
        assertEquals(0, device.freeBytes(), "what plans models must pass it by, not fail");
        assertEquals(ErrorCode.DEVICE_FAILED, assertThrows(RuntimeFailure.class, this::life).code());
        run.close();
        other.close();
    }

    @Test
    void aDriverThatFailsAboutItsDevicesLeavesNone() {
        standIn.fail("cuDeviceGetCount", 0, NOT_PERMITTED, false);
        assertTrue(new CudaBackend(new Tuning(false)).devices().isEmpty());
        standIn.heal();
        assertFalse(new CudaBackend(new Tuning(false)).devices().isEmpty());
    }
}
