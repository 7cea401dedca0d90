package dev.runtime.backend.cpu;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.runtime.api.backend.Device;
import dev.runtime.api.testkit.BackendContractTests;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The native kernels against the reference. The system property {@code test.native.level} asks for a lower level of them. */
class NativeDeviceContractTests extends BackendContractTests {
    private static final String LEVEL = System.getProperty("test.native.level", "");
    private static final Device SCALAR = CpuBackend.scalar();
    private static Device fast;

    @BeforeAll
    static void open() {
        var kernels = KernelChoice.inC(LEVEL);
        Assumptions.assumeTrue(kernels.isPresent(), "no native kernels: there was no C compiler");
        fast = CpuBackend.fast(kernels.orElseThrow());
    }

    @Override
    protected Device device() {
        return fast;
    }

    @Override
    protected Device oracle() {
        return SCALAR;
    }

    @Test
    void saysThatNativeKernelsAreUsed() {
        assertEquals("native", fast.info().features().getFirst());
    }
}
