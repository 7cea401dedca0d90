package dev.runtime.backend.cpu;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.runtime.api.backend.Device;
import dev.runtime.api.testkit.BackendContractTests;
import org.junit.jupiter.api.Test;

/** The vector kernels against the reference. */
class VectorDeviceContractTests extends BackendContractTests {
    private static final Device FAST = CpuBackend.fast(KernelChoice.inJava());
    private static final Device SCALAR = CpuBackend.scalar();

    @Override
    protected Device device() {
        return FAST;
    }

    @Override
    protected Device oracle() {
        return SCALAR;
    }

    @Test
    void saysThatVectorsAreUsed() {
        assertEquals("vector", FAST.info().features().getFirst());
    }
}
