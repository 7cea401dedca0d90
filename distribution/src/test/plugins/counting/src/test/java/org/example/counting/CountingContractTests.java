package org.example.counting;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.runtime.api.backend.Device;
import dev.runtime.api.testkit.BackendContractTests;
import dev.runtime.backend.cpu.CpuBackend;
import org.junit.jupiter.api.AfterAll;

/** The test kit's contract of devices, against the reference. */
class CountingContractTests extends BackendContractTests {
    private static final Device SCALAR = new CpuBackend().devices().stream().filter(device -> device.info().id().equals("cpu-scalar"))
            .findFirst().orElseThrow();
    private static final CountingDevice COUNTING = new CountingDevice(SCALAR);

    @Override
    protected Device device() {
        return COUNTING;
    }

    @Override
    protected Device oracle() {
        return SCALAR;
    }

    @AfterAll
    static void everythingWasCountedAndClosed() {
        assertTrue(COUNTING.steps() > 0 && COUNTING.tokens() > COUNTING.steps());
        assertEquals(0, COUNTING.open());
    }
}
