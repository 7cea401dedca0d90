package dev.runtime.backend.cuda;

import dev.runtime.api.backend.Device;
import dev.runtime.api.testkit.BackendContractTests;
import dev.runtime.backend.cpu.CpuBackend;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;

/**
 * The kernels, compiled for the host, through the real bindings and a stand-in for the driver library: indices, launches, memory and
 * recordings are right. It proves nothing about hardware.
 */
class StandInContractTests extends BackendContractTests {
    private static Device standIn;
    private static Device scalar;

    @BeforeAll
    static void open() {
        String library = System.getProperty("runtime.cuda.library", "");
        Assumptions.assumeTrue(Files.isRegularFile(Path.of(library)), "no stand-in for the CUDA driver: there was no C++ compiler");
        standIn = new CudaBackend().devices().getFirst();
        scalar = new CpuBackend().devices().stream().filter(device -> device.info().id().equals("cpu-scalar")).findFirst().orElseThrow();
    }

    @Override
    protected Device device() {
        return standIn;
    }

    @Override
    protected Device oracle() {
        return scalar;
    }
}
