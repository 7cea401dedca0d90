package dev.runtime.backend.vulkan;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which machines may have a GPU. */
class LikelyTests {
    @TempDir
    Path dev;

    @Test
    void aNodeOfADriverTells() throws IOException {
        Files.createFile(dev.resolve("null"));
        assertFalse(VulkanBackend.nodes(dev));
        Files.createDirectory(dev.resolve("dri"));
        assertTrue(VulkanBackend.nodes(dev));
        Files.delete(dev.resolve("dri"));
        Files.createFile(dev.resolve("nvidiactl"));
        assertTrue(VulkanBackend.nodes(dev));
    }
}
