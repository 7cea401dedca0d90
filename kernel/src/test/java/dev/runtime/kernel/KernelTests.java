package dev.runtime.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.runtime.api.ErrorCode;
import dev.runtime.api.RuntimeFailure;
import dev.runtime.api.config.ConfigKey;
import dev.runtime.api.config.ConfigSource;
import dev.runtime.api.config.CoreKeys;
import dev.runtime.api.config.Settings;
import dev.runtime.api.event.RuntimeEvent;
import dev.runtime.api.http.Endpoint;
import dev.runtime.api.plugin.PluginState;
import dev.runtime.kernel.http.FakeEndpoint;
import dev.runtime.kernel.http.FakeHost;
import dev.runtime.kernel.plugin.PluginJar;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KernelTests {
    private static final InetSocketAddress LOCAL = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    private static final ConfigKey COLOUR = ConfigKey.of("page.colour", ConfigKey.Type.STRING, "red", "colour of the page", "PAGE_COLOUR");

    @TempDir
    Path temp;
    private Path plugins;
    private KernelOptions options;
    private final FakeHost host = new FakeHost();

    @BeforeEach
    void createFolders() throws IOException {
        plugins = Files.createDirectory(temp.resolve("plugins"));
        options = KernelOptions.isolated().withFlag(CoreKeys.MODELS, temp.resolve("models").toString())
                .withFlag(CoreKeys.PLUGINS, plugins.toString()).withExtension(host);
    }

    @Test
    void opensAsALibraryAndListensOnlyWhenAsked() throws Exception {
        try (Kernel kernel = Kernel.open(options.withExtension(new FakeEndpoint().text("GET", "/x", "x")))) {
            assertTrue(kernel.http().address().isEmpty());
            assertEquals(List.of(), kernel.models().list());
            assertEquals(List.of(), kernel.inference().loaded());
            assertEquals("0.1.0", kernel.version());
            kernel.http().listen(LOCAL);
            assertEquals("x", host.request("GET", "/x").text());
        }
        assertEquals(1, host.closed);
    }

    @Test
    void closingLeavesNoThread() throws Exception {
        Set<Thread> before = Thread.getAllStackTraces().keySet();
        Kernel kernel = Kernel.open(options);
        PluginJar.endpoint("org.page", "/page", "hi").write(temp.resolve("page.jar"));
        kernel.plugins().install(temp.resolve("page.jar"));
        kernel.http().listen(LOCAL);
        kernel.close();
        kernel.close();
        Set<Thread> left = new HashSet<>(Thread.getAllStackTraces().keySet());
        left.removeAll(before);
        // those of the JVM itself: carriers of virtual threads and their timer serve every program
        left.removeIf(thread -> thread.getThreadGroup() == null || thread.getThreadGroup().getName().equals("system")
                || thread.getThreadGroup().getName().equals("InnocuousThreadGroup") || thread.getName().startsWith("ForkJoinPool")
                || thread.getName().startsWith("VirtualThread"));
        for (Thread thread : left) {
            assertTrue(thread.join(Duration.ofSeconds(30)), "still runs: " + thread);
        }
    }

    @Test
    void aDroppedPluginAnswersUntilItIsDeleted() throws Exception {
        try (Kernel kernel = Kernel.open(options)) {
            LinkedBlockingQueue<String> states = new LinkedBlockingQueue<>();
            kernel.events().subscribe(event -> {
                if (event instanceof RuntimeEvent.PluginChanged(String id, String state, String _) && id.equals("page")) {
                    states.add(state);
                }
            });
            kernel.http().listen(LOCAL);
            assertEquals(404, host.request("GET", "/page").status());

            PluginJar.endpoint("org.page", "/page", "first").write(temp.resolve("built.jar"));
            Files.copy(temp.resolve("built.jar"), plugins.resolve("page.jar"));
            await(states, "ACTIVE");
            assertEquals("first", host.request("GET", "/page").text());

            PluginJar.endpoint("org.page", "/page", "second").write(plugins.resolve("page.jar"));
            await(states, "ACTIVE");
            assertEquals("second", host.request("GET", "/page").text());

            Files.writeString(plugins.resolve("page.jar"), "spoilt");
            await(states, "REFUSED");
            assertEquals(404, host.request("GET", "/page").status());
            assertEquals(PluginState.REFUSED, kernel.plugins().list().getLast().state());

            Files.copy(temp.resolve("built.jar"), plugins.resolve("page.jar"), StandardCopyOption.REPLACE_EXISTING);
            await(states, "ACTIVE");
            Files.delete(plugins.resolve("page.jar"));
            await(states, "UNINSTALLED");
            assertEquals("404 page not found", host.request("GET", "/page").text());
        }
    }

    private static void await(LinkedBlockingQueue<String> states, String wanted) throws InterruptedException {
        String state;
        do {
            state = states.poll(60, TimeUnit.SECONDS);
            assertTrue(state != null, "never " + wanted);
        } while (!state.equals(wanted));
    }

    @Test
    void keysOfPluginsAreSettableAndListed() {
        KernelOptions with = options.withExtension(new Colours()).withFlag(COLOUR, "blue");
        try (Kernel kernel = Kernel.open(with)) {
            assertEquals("blue", kernel.settings().string(COLOUR));
            assertTrue(kernel.settings().entries().contains(new Settings.Entry(COLOUR, "blue", Settings.Source.FLAG)));
        }
    }

    @Test
    void keysOfDroppedPluginsAreListedWhileTheyAreThere() throws IOException {
        Path jar = PluginJar.of("module org.tone { requires dev.runtime.api; provides dev.runtime.api.config.ConfigSource with org.tone.Tone; }")
                .source("org.tone.Tone", """
                        import dev.runtime.api.config.*;
                        public class Tone implements ConfigSource {
                            static final ConfigKey KEY = ConfigKey.of("tone.level", ConfigKey.Type.INTEGER, "3", "level", "TONE_LEVEL");
                            public java.util.List<ConfigKey> keys() { return java.util.List.of(KEY); }
                            public void start(dev.runtime.api.ExtensionContext c) {
                                if (c.settings().integer(KEY) != 7) throw new IllegalStateException("level " + c.settings().integer(KEY));
                            }
                        }""").write(temp.resolve("tone.jar"));
        try (Kernel kernel = Kernel.open(options.withEnvironment(Map.of("TONE_LEVEL", "7")))) {
            kernel.plugins().install(jar);
            assertTrue(kernel.settings().entries().stream().anyMatch(entry -> entry.key().name().equals("tone.level") && entry.value().equals("7")));
            kernel.plugins().uninstall("tone");
            assertTrue(kernel.settings().entries().stream().noneMatch(entry -> entry.key().name().equals("tone.level")));
        }
        try (Kernel kernel = Kernel.open(options.withEnvironment(Map.of("TONE_LEVEL", "loud")))) {
            RuntimeFailure failure = assertThrows(RuntimeFailure.class, () -> kernel.plugins().install(jar));
            assertTrue(failure.getMessage().contains("tone.level is \"loud\""), failure.getMessage());
            assertTrue(kernel.settings().entries().stream().noneMatch(entry -> entry.key().name().equals("tone.level")));
        }
    }

    @Test
    void anUnknownFlagIsRefusedAndNothingStaysOpen() {
        RuntimeFailure failure = assertThrows(RuntimeFailure.class, () -> Kernel.open(options.withFlag(COLOUR, "blue")));
        assertEquals(ErrorCode.CONFIG_INVALID, failure.code());
        assertTrue(failure.getMessage().contains("page.colour"), failure.getMessage());
    }

    @Test
    void aSourceOfKeysThatFailsHarmsNobody() {
        ConfigSource broken = () -> {
            throw new IllegalStateException("broken");
        };
        try (Kernel kernel = Kernel.open(KernelOptions.isolated().withFlag(CoreKeys.MODELS, temp.toString()).withExtension(broken))) {
            assertEquals(PluginState.REFUSED, kernel.plugins().list().getLast().state());
            assertFalse(kernel.settings().entries().isEmpty());
        }
    }

    @Test
    void anEndpointWithoutUsableRoutesIsRefused() throws Exception {
        Path jar = PluginJar.endpoint("org.page", "no slash", "hi").write(temp.resolve("page.jar"));
        try (Kernel kernel = Kernel.open(options)) {
            RuntimeFailure failure = assertThrows(RuntimeFailure.class, () -> kernel.plugins().install(jar));
            assertTrue(failure.getMessage().contains("route GET no slash"), failure.getMessage());
            assertEquals(List.of(), kernel.services().all(Endpoint.class));
            kernel.http().listen(LOCAL);
            assertEquals(404, host.request("GET", "/").status());
        }
    }

    private static final class Colours implements ConfigSource {
        @Override
        public List<ConfigKey> keys() {
            return List.of(COLOUR);
        }
    }
}
