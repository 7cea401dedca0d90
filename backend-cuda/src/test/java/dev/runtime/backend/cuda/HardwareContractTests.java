package dev.runtime.backend.cuda;

import dev.runtime.api.backend.Device;
import dev.runtime.api.testkit.BackendContractTests;
import dev.runtime.backend.cpu.CpuBackend;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;

/** The kernels on the first card of this machine; without one, nothing. */
class HardwareContractTests extends BackendContractTests {
    private static Device card;
    private static Device scalar;

    @BeforeAll
    static void open() {
        Assumptions.assumeTrue(System.getProperty("runtime.cuda.library", "").isEmpty(), "this JVM has the stand-in instead of a card");
        List<Device> devices = new CudaBackend().devices();
        Assumptions.assumeFalse(devices.isEmpty(), "no CUDA device on this machine");
        card = devices.getFirst();
        scalar = new CpuBackend().devices().stream().filter(device -> device.info().id().equals("cpu-scalar")).findFirst().orElseThrow();
    }

    @Override
    protected Device device() {
        return card;
    }

    @Override
    protected Device oracle() {
        return scalar;
    }
}
