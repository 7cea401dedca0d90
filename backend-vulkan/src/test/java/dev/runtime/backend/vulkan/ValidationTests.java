package dev.runtime.backend.vulkan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.runtime.api.graph.Graph;
import dev.runtime.api.model.TensorType;
import dev.runtime.api.testkit.DeviceRun;
import dev.runtime.api.testkit.TinyModel;
import java.io.File;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * What the backend asks of the driver is valid, as Khronos' validation layer judges it: drivers in software forgive what others do not. The loader
 * takes a layer from the environment, so a process of its own runs.
 */
class ValidationTests {
    private static final String LAYER = "VK_LAYER_KHRONOS_validation";
    private static final Path DESCRIPTION = Path.of("/usr/share/vulkan/explicit_layer.d/VkLayer_khronos_validation.json");

    /** Loads models, runs steps, copies blocks and frees all, on memory that the host sees and by way of such memory. */
    static final class Main {
        private static final int[] TABLE = {3, 1, 2};

        private Main() {}

        public static void main(String[] arguments) {
            for (GpuMemory.Place place : List.of(GpuMemory.Place.DEVICE, GpuMemory.Place.DEVICE_ONLY)) {
                VulkanDevice device = Devices.any(new Tuning(place, Tuning.SOFTWARE.columns()));
                TinyModel model = new TinyModel(TensorType.Q4_K);
                try (DeviceRun run = new DeviceRun(device, model.graph(), model.weights(), TensorType.F16); Arena arena = Arena.ofConfined()) {
                    for (int tokens : new int[] {5, 1, 5}) {
                        run.sequence(TABLE, -1, 0, new int[tokens]).run(Graph.LOGITS);
                    }
                    run.cache().copyBlock(3, 5, 2);
                    run.cache().exportBlock(5, arena.allocate(run.cache().blockBytes()));
                }
                device.close();
            }
        }
    }

    @Test
    void theLayerFindsNothing() throws IOException, InterruptedException {
        assumeTrue(Files.exists(DESCRIPTION), DESCRIPTION + " is not there (Debian: vulkan-validationlayers)");
        Devices.any(Tuning.SOFTWARE).close();
        String path = String.join(File.pathSeparator, Path.of("target", "test-classes").toString(), System.getProperty("jdk.module.path", ""),
                System.getProperty("java.class.path"));
        ProcessBuilder builder = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED", "-cp", path, Main.class.getName()).redirectErrorStream(true);
        builder.environment().put("VK_INSTANCE_LAYERS", LAYER);
        builder.environment().put("VK_LOADER_DEBUG", "layer");
        Process process = builder.start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, process.waitFor(), output);
        assertTrue(output.contains(LAYER), "the loader says which layers it inserts:\n" + output);
        assertEquals(List.of(), output.lines().filter(line -> line.contains("VUID") || line.contains("UNASSIGNED")).distinct().toList());
    }
}
