package dev.runtime.backend.vulkan;

import dev.runtime.api.backend.Device;
import dev.runtime.api.model.TensorType;
import dev.runtime.api.testkit.BackendContractTests;
import dev.runtime.backend.cpu.CpuBackend;
import dev.runtime.backend.vulkan.dispatch.Support;
import org.junit.jupiter.api.BeforeAll;

/** The first Vulkan device against the scalar reference. Skipped where there is none. */
class VulkanDeviceContractTests extends BackendContractTests {
    private static final Device SCALAR = new CpuBackend().devices().getLast();
    private static VulkanDevice vulkan;

    @BeforeAll
    static void find() {
        vulkan = Devices.any(Tuning.SOFTWARE);
    }

    @Override
    protected Device device() {
        return vulkan;
    }

    @Override
    protected Device oracle() {
        return SCALAR;
    }

    @Override
    protected boolean reads(TensorType type) {
        return Support.TYPES.contains(type);
    }
}
