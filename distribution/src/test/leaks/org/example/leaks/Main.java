package org.example.leaks;

import dev.runtime.api.Cancellation;
import dev.runtime.api.backend.Backend;
import dev.runtime.api.config.CoreKeys;
import dev.runtime.api.inference.GenerateRequest;
import dev.runtime.api.inference.KeepAlive;
import dev.runtime.api.inference.Options;
import dev.runtime.api.inference.Prompt;
import dev.runtime.backend.vulkan.VulkanBackend;
import dev.runtime.kernel.Kernel;
import dev.runtime.kernel.KernelOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * Loads and unloads the demo model on Vulkan, then asks it while it stays. After each load and each request it writes down what the backend
 * holds on the device, and how much memory the process has; at the end it prints the least and the most bytes on the device, and the median
 * memory of the process in the first and in the last tenth.
 */
public final class Main {
    private static final long PATIENCE = Duration.ofMinutes(1).toNanos();

    private final Kernel kernel;
    private final VulkanBackend vulkan;

    private Main(Kernel kernel) {
        this.kernel = kernel;
        vulkan = kernel.services().all(Backend.class).stream().filter(VulkanBackend.class::isInstance).map(VulkanBackend.class::cast)
                .findFirst().orElseThrow();
    }

    /** Takes the image's folder, the number of loads and that of requests. */
    public static void main(String[] arguments) throws IOException {
        Logger.getLogger("").setLevel(Level.WARNING);
        KernelOptions options = KernelOptions.isolated().withHome(Optional.of(Path.of(arguments[0]))).withFlag(CoreKeys.DEVICE, "vulkan")
                .withFlag(CoreKeys.CONTEXT_LENGTH, "256").withFlag(CoreKeys.NUM_PARALLEL, "1");
        try (Kernel kernel = Kernel.open(options)) {
            Main main = new Main(kernel);
            if (main.vulkan.devices().isEmpty()) {
                System.out.println("no device");
                return;
            }
            main.loads(Integer.parseInt(arguments[1]));
            main.requests(Integer.parseInt(arguments[2]));
        }
    }

    private void loads(int count) throws IOException {
        long[] held = new long[count];
        long[] left = new long[count];
        long[] resident = new long[count];
        for (int i = 0; i < count; i++) {
            ask("load " + i, new KeepAlive.Forever());
            held[i] = vulkan.allocatedBytes();
            ask("unload", new KeepAlive.For(Duration.ZERO));
            long end = System.nanoTime() + PATIENCE;
            while (vulkan.allocatedBytes() > 0 && System.nanoTime() < end) {
                Thread.yield();
            }
            left[i] = vulkan.allocatedBytes();
            resident[i] = resident();
        }
        extremes("loads, bytes held", held);
        extremes("loads, bytes left", left);
        medians("loads, resident", resident);
    }

    private void requests(int count) throws IOException {
        long[] held = new long[count];
        long[] resident = new long[count];
        for (int i = 0; i < count; i++) {
            ask("What is " + i + " plus " + i % 7 + "?", new KeepAlive.Forever());
            held[i] = vulkan.allocatedBytes();
            resident[i] = resident();
        }
        extremes("requests, bytes held", held);
        medians("requests, resident", resident);
    }

    private void ask(String text, KeepAlive stay) {
        kernel.inference().generate(GenerateRequest.of("demo", new Prompt.Raw(text, List.of())).withKeepAlive(stay)
                .withOptions(Options.of(Map.of("num_predict", 2L, "temperature", 0L))), Cancellation.none(), event -> {});
    }

    private static void extremes(String what, long[] values) {
        System.out.println(what + ": " + Arrays.stream(values).min().orElseThrow() + " " + Arrays.stream(values).max().orElseThrow()
                + " of " + values.length);
    }

    private static void medians(String what, long[] values) {
        int share = Math.max(1, values.length / 10);
        System.out.println(what + ": " + median(Arrays.copyOf(values, share)) + " "
                + median(Arrays.copyOfRange(values, values.length - share, values.length)) + " of " + values.length);
    }

    private static long median(long[] values) {
        long[] sorted = values.clone();
        Arrays.sort(sorted);
        return sorted[sorted.length / 2];
    }

    /** The resident set of the process in bytes. */
    private static long resident() throws IOException {
        try (var lines = Files.lines(Path.of("/proc/self/status"))) {
            return lines.filter(line -> line.startsWith("VmRSS:")).mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) << 10)
                    .findFirst().orElseThrow();
        }
    }
}
