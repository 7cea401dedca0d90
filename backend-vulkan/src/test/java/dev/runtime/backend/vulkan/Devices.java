package dev.runtime.backend.vulkan;

import dev.runtime.backend.vulkan.ffi.VulkanLibrary;
import java.util.List;
import org.junit.jupiter.api.Assumptions;

/** Finds what the tests run on: hardware, or Mesa's driver in software. */
final class Devices {
    private Devices() {}

    /** Returns the first device, or skips the test with the reason. */
    static VulkanDevice any(Tuning tuning) {
        Assumptions.assumeTrue(VulkanLibrary.present(), VulkanLibrary.name() + " is not installed (Debian: libvulkan1)");
        List<PhysicalDevice> devices = new VulkanBackend().look();
        Assumptions.assumeFalse(devices.isEmpty(), "Vulkan finds no device (Debian: mesa-vulkan-drivers)");
        return new VulkanDevice(0, devices.getFirst(), tuning);
    }
}
