package dev.runtime.backend.metal;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.runtime.api.backend.Device;
import dev.runtime.api.model.TensorType;
import dev.runtime.api.testkit.BackendContractTests;
import dev.runtime.backend.cpu.CpuBackend;
import dev.runtime.backend.vulkan.dispatch.Support;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/**
 * The translated kernels, compiled for the processor, through the real bindings and a stand-in for the Objective-C runtime and Metal: messages,
 * arguments, addresses, barriers and lifetimes are right. It proves nothing about hardware.
 */
class StandInContractTests extends BackendContractTests {
    private static final MetalBackend METAL = new MetalBackend();
    private static Device standIn;
    private static Device scalar;
    private static long before;

    @BeforeAll
    static void open() {
        standIn = StandIn.device(METAL);
        before = StandIn.live();
        scalar = new CpuBackend().devices().stream().filter(device -> device.info().id().equals("cpu-scalar")).findFirst().orElseThrow();
    }

    @AfterAll
    static void everyObjectIsReleased() {
        METAL.stop();
        assertEquals(before, standIn == null ? before : StandIn.live(), "objects that were not released");
    }

    @Override
    protected Device device() {
        return standIn;
    }

    @Override
    protected Device oracle() {
        return scalar;
    }

    @Override
    protected boolean reads(TensorType type) {
        return Support.TYPES.contains(type);
    }
}
