package dev.runtime.plugin.architectures;

import static org.junit.jupiter.api.Assumptions.abort;

import dev.runtime.api.backend.Device;
import dev.runtime.api.testkit.GoldenFolder;
import dev.runtime.backend.vulkan.VulkanBackend;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/**
 * Golden models on the first Vulkan device: one of each kind of layer, because a driver in software compiles kernels for seconds. With
 * {@code -Dgolden.vulkan=all}, every model of the compact copy.
 */
class GoldenVulkanTests {
    private static final boolean ALL = System.getProperty("golden.vulkan", "").equals("all");
    private static final Set<String> CHOSEN = Set.of("llama", "qwen3-q8_0", "gemma3-q4_0", "gpt-oss-mxfp4", "qwen3moe", "mamba2", "bert", "t5");
    private static final VulkanBackend VULKAN = new VulkanBackend();

    @TempDir
    static Path temporary;

    @TestFactory
    Stream<DynamicTest> models() throws IOException {
        List<Device> devices = VULKAN.devices();
        if (devices.isEmpty()) {
            return Stream.of(DynamicTest.dynamicTest("Vulkan", () -> abort("no Vulkan device (Debian: libvulkan1, mesa-vulkan-drivers)")));
        }
        return GoldenModelTests.tests(GoldenFolder.compact(getClass(), "models"), devices.subList(0, 1), name -> ALL || CHOSEN.contains(name),
                temporary);
    }

    @AfterAll
    static void close() {
        VULKAN.stop();
    }
}
