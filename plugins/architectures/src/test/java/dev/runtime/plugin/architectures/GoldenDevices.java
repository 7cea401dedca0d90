package dev.runtime.plugin.architectures;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.runtime.api.backend.Device;
import dev.runtime.backend.cpu.CpuBackend;
import dev.runtime.backend.cuda.CudaBackend;
import dev.runtime.backend.metal.MetalBackend;
import dev.runtime.backend.vulkan.VulkanBackend;
import java.util.List;
import java.util.stream.Stream;

/** The devices that golden models run on: those of the CPU, or those that {@code -Dgolden.device=} names by their backend or id. */
final class GoldenDevices {
    private static final String WANTED = System.getProperty("golden.device", "");

    private GoldenDevices() {}

    static List<Device> all() {
        if (WANTED.isEmpty()) {
            return new CpuBackend().devices();
        }
        List<Device> devices = Stream.of(new CpuBackend(), new CudaBackend(), new VulkanBackend(), new MetalBackend())
                .flatMap(backend -> backend.devices().stream()
                        .filter(device -> WANTED.equals(backend.name()) || WANTED.equals(device.info().id())))
                .toList();
        assertTrue(!devices.isEmpty(), "no device '" + WANTED + "'");
        return devices;
    }
}
