package dev.runtime.backend.cpu;

import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import dev.runtime.api.backend.CacheOptions;
import dev.runtime.api.backend.CompileOptions;
import dev.runtime.api.backend.Device;
import dev.runtime.api.backend.KvCache;
import dev.runtime.api.backend.Program;
import dev.runtime.api.backend.StepInputs;
import dev.runtime.api.model.TensorType;
import dev.runtime.api.testkit.TinyModel;
import java.lang.management.ManagementFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A warm step leaves nothing on the Java heap, on no thread. */
class AllocationTests {
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    /** More would be objects made by each step; less are the measurement's own. */
    private static final long A_STEP = 64;

    @ParameterizedTest
    @EnumSource(names = {"F32", "F16", "BF16", "Q8_0", "Q4_0", "Q4_K", "Q6_K", "Q5_K"})
    void decodingAllocatesNothing(TensorType type) {
        long bytes = bytesOfAStep(CpuBackend.fast(KernelChoice.inJava()), type, 1);
        assertTrue(bytes < A_STEP, () -> type + ": " + bytes + " bytes a step");
    }

    @ParameterizedTest
    @EnumSource(names = {"F16", "Q8_0", "Q4_K"})
    void decodingWithTheBestKernelsAllocatesNothing(TensorType type) {
        long bytes = bytesOfAStep(CpuBackend.fast(), type, 1);
        assertTrue(bytes < A_STEP, () -> type + ": " + bytes + " bytes a step");
    }

    @ParameterizedTest
    @EnumSource(names = {"F32", "Q8_0", "Q4_K"})
    void promptsAllocateNothing(TensorType type) {
        // single tokens first: the output layer of a prompt takes their path, too seldom to be compiled soon
        Device device = CpuBackend.fast(KernelChoice.inJava());
        bytesOfAStep(device, type, 1);
        long bytes = bytesOfAStep(device, type, 24);
        assertTrue(bytes < A_STEP, () -> type + ": " + bytes + " bytes a step");
    }

    /** The least of several rounds: compilers may still be at work in the first ones. */
    private static long bytesOfAStep(Device device, TensorType type, int tokens) {
        TinyModel model = new TinyModel(type);
        CompileOptions limits = new CompileOptions(32, 32, 2, 64, 0, true);
        StepInputs inputs = new StepInputs(limits);
        long least = Long.MAX_VALUE;
        try (KvCache cache = device.cache(model.graph().cacheLayout(), new CacheOptions(4, 16, 0, TensorType.F16, TensorType.F16));
                Program program = device.compile(model.graph(), model.weights(), limits)) {
            int[] table = {2, 0, 3};
            for (int round = 0; round < 200 && least >= A_STEP; round++) {
                int steps = 96 / tokens;
                long before = THREADS.getTotalThreadAllocatedBytes();
                for (int i = 0; i < steps; i++) {
                    inputs.clear();
                    inputs.beginSequence(table, -1);
                    for (int t = 0; t < tokens; t++) {
                        inputs.addToken(t + 1, t, t == tokens - 1);
                    }
                    program.run(inputs, cache);
                }
                least = Math.min(least, (THREADS.getTotalThreadAllocatedBytes() - before) / steps);
            }
        }
        return least;
    }
}
