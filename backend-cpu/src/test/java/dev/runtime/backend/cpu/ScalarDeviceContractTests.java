package dev.runtime.backend.cpu;

import dev.runtime.api.backend.Device;
import dev.runtime.api.testkit.BackendContractTests;

/** The reference against itself: the rules of steps, sequences and blocks. {@link ScalarFormulaTests} has its formulas. */
class ScalarDeviceContractTests extends BackendContractTests {
    @Override
    protected Device device() {
        return CpuBackend.scalar();
    }

    @Override
    protected Device oracle() {
        return CpuBackend.scalar();
    }
}
