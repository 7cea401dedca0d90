package dev.runtime.kernel.plugin;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.runtime.api.Cancellation;
import dev.runtime.api.ErrorCode;
import dev.runtime.api.ExtensionContext;
import dev.runtime.api.RuntimeFailure;
import dev.runtime.api.config.ConfigKey;
import dev.runtime.api.event.Listener;
import dev.runtime.api.event.RuntimeEvent;
import dev.runtime.api.http.Endpoint;
import dev.runtime.api.plugin.PluginInfo;
import dev.runtime.api.plugin.PluginState;
import dev.runtime.api.tool.Tool;
import java.io.IOException;
import java.lang.ref.Reference;
import java.lang.ref.ReferenceQueue;
import java.lang.ref.WeakReference;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PluginContainerTests {
    @TempDir
    Path folder;

    private final FakeSurroundings around = new FakeSurroundings();
    private final PluginContainer container = container(Patience.DEFAULT);

    private PluginContainer container(Patience patience) {
        return new PluginContainer(around.registry, around, patience, Optional.of(PluginContainer.class.getModule().getLayer()));
    }

    @AfterEach
    void close() {
        container.close();
    }

    @Test
    void aGoodPluginIsActiveThenGone() throws IOException {
        PluginInfo info = container.install(PluginJar.endpoint("org.good", "/good", "hi").version("2.1").write(folder.resolve("good-1.jar")));

        assertEquals("good-1", info.id());
        assertEquals("2.1", info.version());
        assertEquals(PluginState.ACTIVE, info.state());
        assertFalse(info.builtIn());
        assertEquals(List.of("Endpoint: org.good.Page"), info.extensions());
        assertEquals(List.of(info), container.list());
        assertEquals(1, around.registry.all(Endpoint.class).size());

        container.uninstall("good-1");
        assertEquals(List.of(), container.list());
        assertEquals(List.of(), around.registry.all(Endpoint.class));
        assertEquals(List.of("good-1 INSTALLED", "good-1 RESOLVED", "good-1 STARTING", "good-1 ACTIVE", "good-1 STOPPING", "drain 1",
                "good-1 UNINSTALLED"), around.changes);
    }

    @Test
    void aSecondOneOfTheSameIdIsNotInstalled() throws IOException {
        Path jar = PluginJar.endpoint("org.good", "/good", "hi").write(folder.resolve("good.jar"));
        container.install(jar);
        RuntimeFailure failure = assertThrows(RuntimeFailure.class, () -> container.install(jar));
        assertEquals(ErrorCode.PLUGIN_FAILED, failure.code());
        assertEquals(1, around.registry.all(Endpoint.class).size());
    }

    @Test
    void whatIsNotThereIsNotUninstalled() {
        assertTrue(assertThrows(RuntimeFailure.class, () -> container.uninstall("nobody")).getMessage().contains("'nobody'"));
    }

    @Test
    void anotherSpiRangeIsRefusedWithBothVersions() throws IOException {
        Path jar = PluginJar.endpoint("org.young", "/young", "hi").manifest("Runtime-Spi", "[2.0,3.0)").write(folder.resolve("young.jar"));
        assertRefused(jar, "org.young@1.0 works with SPI [2.0,3.0), but this runtime provides 1.0");
    }

    @Test
    void aMatchingSpiRangeIsTaken() throws IOException {
        Path jar = PluginJar.endpoint("org.fit", "/fit", "hi").manifest("Runtime-Spi", "[1.0,2.0)").write(folder.resolve("fit.jar"));
        assertEquals(PluginState.ACTIVE, container.install(jar).state());
    }

    @Test
    void aMissingModuleIsNamed() throws IOException {
        Path library = library("1.0");
        Path jar = usingLibrary("org.lonely", library).write(folder.resolve("lonely.jar"));
        assertRefused(jar, "Module org.library not found, required by org.lonely");
    }

    @Test
    void aDamagedJarIsNamed() throws IOException {
        Path jar = Files.writeString(folder.resolve("garbage.jar"), "this is no jar");
        assertRefused(jar, "garbage.jar is damaged or no jar");
    }

    @Test
    void aJarWithoutExtensionIsRefused() throws IOException {
        assertRefused(library("1.0"), "no module in it provides an extension");
    }

    @Test
    void theRuntimesOwnModulesCannotBeReplaced() throws IOException {
        Path jar = PluginJar.of("module dev.runtime.kernel { requires dev.runtime.api; provides dev.runtime.api.event.Listener with evil.Ear; }")
                .source("evil.Ear", "public class Ear implements dev.runtime.api.event.Listener { public void on(dev.runtime.api.event.RuntimeEvent e) {} }")
                .write(folder.resolve("evil.jar"));
        assertRefused(jar, "brings the runtime's own module dev.runtime.kernel");
    }

    @Test
    void aFailingStartStopsWhatHadStartedAndHurtsNobody() throws IOException {
        container.install(PluginJar.endpoint("org.good", "/good", "hi").write(folder.resolve("good.jar")));
        System.clearProperty("test.first");
        Path jar = PluginJar.of("""
                module org.failing {
                    requires dev.runtime.api;
                    provides dev.runtime.api.event.Listener with org.failing.First, org.failing.Second;
                }""")
                .source("org.failing.First", listener("First", """
                        public void start(dev.runtime.api.ExtensionContext c) { System.setProperty("test.first", "started by " + c.plugin().id()); }
                        public void stop() { System.setProperty("test.first", System.getProperty("test.first") + ", stopped"); }
                        """))
                .source("org.failing.Second", listener("Second", """
                        public void start(dev.runtime.api.ExtensionContext c) throws Exception { throw new Exception("no licence"); }
                        """))
                .write(folder.resolve("failing.jar"));

        assertRefused(jar, "starting org.failing.Second failed: no licence");
        assertEquals("started by failing, stopped", System.clearProperty("test.first"));
        assertEquals(List.of(), around.registry.all(Listener.class));
        assertEquals(1, around.registry.all(Endpoint.class).size());
        assertEquals(List.of(PluginState.REFUSED, PluginState.ACTIVE), container.list().stream().map(PluginInfo::state).toList());
    }

    @Test
    void aRefusedOneCanBeInstalledAgain() throws IOException {
        Path jar = Files.writeString(folder.resolve("late.jar"), "half a copy");
        assertThrows(RuntimeFailure.class, () -> container.install(jar));
        PluginJar.endpoint("org.late", "/late", "hi").write(jar);
        assertEquals(PluginState.ACTIVE, container.install(jar).state());
        assertEquals(1, container.list().size());
    }

    @Test
    void aClassThatCannotBeLinkedIsRefused() throws IOException {
        Path jar = PluginJar.of("module org.odd { requires dev.runtime.api; provides dev.runtime.api.event.Listener with org.odd.Ear; }")
                .source("org.odd.Ear", listener("Ear", "public Ear() { throw new NoSuchMethodError(\"gone\"); }"))
                .write(folder.resolve("odd.jar"));
        assertRefused(jar, "creating org.odd.Ear failed: java.lang.NoSuchMethodError: gone");
    }

    @Test
    void aStartThatNeverEndsIsGivenUp() throws IOException {
        Path jar = PluginJar.of("module org.slow { requires dev.runtime.api; provides dev.runtime.api.event.Listener with org.slow.Ear; }")
                .source("org.slow.Ear", listener("Ear", """
                        public void start(dev.runtime.api.ExtensionContext c) throws Exception { new java.util.concurrent.CountDownLatch(1).await(); }
                        """))
                .write(folder.resolve("slow.jar"));
        Patience little = new Patience(Duration.ofSeconds(1), Duration.ZERO, Duration.ofSeconds(1));
        try (PluginContainer impatient = container(little)) {
            RuntimeFailure failure = assertThrows(RuntimeFailure.class, () -> impatient.install(jar));
            assertTrue(failure.getMessage().contains("did not end within 1 s"), failure.getMessage());
        }
    }

    @Test
    void oneObjectServesAllSpisOfItsClassAndIsStartedOnce() throws IOException {
        System.clearProperty("test.starts");
        Path jar = PluginJar.of("""
                module org.both {
                    requires dev.runtime.api;
                    provides dev.runtime.api.event.Listener with org.both.Both;
                    provides dev.runtime.api.config.ConfigSource with org.both.Both;
                }""")
                .source("org.both.Both", """
                        import dev.runtime.api.config.*;
                        public class Both implements ConfigSource, dev.runtime.api.event.Listener {
                            public java.util.List<ConfigKey> keys() {
                                return java.util.List.of(ConfigKey.of("both.a", ConfigKey.Type.STRING, "", "a"));
                            }
                            public void on(dev.runtime.api.event.RuntimeEvent e) {}
                            public void start(dev.runtime.api.ExtensionContext c) {
                                System.setProperty("test.starts", System.getProperty("test.starts", "") + "x");
                            }
                        }""")
                .write(folder.resolve("both.jar"));
        container.install(jar);
        assertEquals("x", System.clearProperty("test.starts"));
        assertEquals(List.of("both.a"), around.keys.stream().map(ConfigKey::name).toList());

        container.uninstall("both");
        assertEquals(List.of(), around.keys);
    }

    @Test
    void twoPluginsHaveTheirOwnVersionsOfALibrary() throws IOException {
        for (String version : List.of("1.0", "2.0")) {
            Path plugin = Files.createDirectory(folder.resolve("plugin-" + version));
            Path library = library(version);
            usingLibrary("org.user", library).write(plugin.resolve("user.jar"));
            Files.copy(library, plugin.resolve("library.jar"));
            container.install(plugin);
        }
        assertEquals(List.of("library 1.0", "library 2.0"), around.registry.all(Tool.class).stream()
                .map(tool -> tool.call(Map.of(), Cancellation.none())).toList());
    }

    @Test
    void nativeAccessIsGivenToWhoAsksForIt() throws IOException {
        container.install(PluginJar.endpoint("org.calling", "/a", "a").manifest("Runtime-Permissions", "network native-access")
                .write(folder.resolve("calling.jar")));
        container.install(PluginJar.endpoint("org.modest", "/b", "b").write(folder.resolve("modest.jar")));
        assertEquals(List.of(true, false), around.registry.all(Endpoint.class).stream()
                .map(endpoint -> endpoint.getClass().getModule().isNativeAccessEnabled()).toList());
    }

    @Test
    void anUninstalledPluginIsCollected() throws IOException, InterruptedException {
        Path jar = PluginJar.of("module org.leaky { requires dev.runtime.api; provides dev.runtime.api.tool.Tool with org.leaky.Leaky; }")
                .source("org.leaky.Leaky", tool("Leaky", """
                        private static final ThreadLocal<Leaky> HELD = new ThreadLocal<>();
                        private static final System.Logger LOG = System.getLogger("org.leaky");
                        public void start(dev.runtime.api.ExtensionContext c) { HELD.set(this); LOG.log(System.Logger.Level.DEBUG, "started"); }
                        """, "\"leaky\""))
                .write(folder.resolve("leaky.jar"));
        container.install(jar);
        ReferenceQueue<ModuleLayer> collected = new ReferenceQueue<>();
        Reference<ModuleLayer> layer = new WeakReference<>(
                around.registry.all(Tool.class).getFirst().getClass().getModule().getLayer(), collected);

        container.uninstall("leaky");
        container.install(jar);
        container.uninstall("leaky");
        Reference<?> found = null;
        for (int i = 0; i < 100 && found == null; i++) {
            System.gc();
            found = collected.remove(100);
        }
        assertNotNull(found, "the layer is still reachable: " + layer.get());
    }

    @Test
    void privateCopiesAreDeleted() throws IOException {
        container.install(PluginJar.endpoint("org.good", "/good", "hi").write(folder.resolve("good.jar")));
        Path location = Path.of(around.registry.all(Endpoint.class).getFirst().getClass().getModule().getLayer().configuration()
                .findModule("org.good").orElseThrow().reference().location().orElseThrow());
        assertTrue(Files.exists(location));
        assertFalse(location.startsWith(folder));
        container.uninstall("good");
        assertFalse(Files.exists(location));
        container.close();
        assertFalse(Files.exists(location.getParent().getParent()));
    }

    @Test
    void embeddedExtensionsAreOnePluginAndAreStoppedInReverse() {
        StringBuilder said = new StringBuilder();
        container.installBuiltIns(false, List.of(new Ear("a", said), new Ear("b", said)));
        assertEquals("", said.toString());
        container.startBuiltIns();
        assertEquals(2, around.registry.all(Listener.class).size());
        assertThrows(RuntimeFailure.class, () -> container.uninstall("embedded"));
        container.close();
        assertEquals("+a+b-b-a", said.toString());
    }

    @Test
    void modulesOfTheLayerAreBuiltInPlugins() throws IOException {
        Path modules = Files.createDirectory(folder.resolve("modules"));
        PluginJar.endpoint("org.one", "/one", "1").write(modules.resolve("one.jar"));
        PluginJar.of("module org.two { requires dev.runtime.api; provides dev.runtime.api.event.Listener with org.two.Ear; }")
                .source("org.two.Ear", listener("Ear", "public void start(dev.runtime.api.ExtensionContext c) { throw new IllegalStateException(); }"))
                .write(modules.resolve("two.jar"));
        ModuleLayer boot = PluginContainer.class.getModule().getLayer();
        ModuleLayer image = boot.defineModulesWithOneLoader(boot.configuration().resolve(java.lang.module.ModuleFinder.of(modules),
                java.lang.module.ModuleFinder.of(), List.of("org.one", "org.two")), ClassLoader.getPlatformClassLoader());
        try (PluginContainer builtIns = new PluginContainer(around.registry, around, Patience.DEFAULT, Optional.of(image))) {
            builtIns.installBuiltIns(true, List.of());
            builtIns.startBuiltIns();
            assertEquals(List.of("org.one ACTIVE", "org.two REFUSED"),
                    builtIns.list().stream().filter(info -> info.id().startsWith("org.")).map(info -> info.id() + " " + info.state()).toList(),
                    "beside what the tests themselves have on their path");
            assertTrue(builtIns.list().stream().allMatch(PluginInfo::builtIn));
            assertEquals(1, around.registry.all(Endpoint.class).size());
        }
        assertEquals(List.of(), around.registry.all(Endpoint.class));
    }

    private void assertRefused(Path jar, String reason) {
        RuntimeFailure failure = assertThrows(RuntimeFailure.class, () -> container.install(jar));
        assertEquals(ErrorCode.PLUGIN_FAILED, failure.code());
        assertTrue(failure.getMessage().contains(reason), failure.getMessage());
        String id = jar.getFileName().toString().replace(".jar", "");
        PluginInfo info = container.list().stream().filter(each -> each.id().equals(id)).findFirst().orElseThrow();
        assertEquals(PluginState.REFUSED, info.state());
        assertTrue(info.reason().orElseThrow().contains(reason), info.toString());
    }

    private Path library(String version) throws IOException {
        return PluginJar.of("module org.library { exports org.library; }").version(version)
                .source("org.library.Library", "public class Library { public static String text() { return \"library " + version + "\"; } }")
                .write(folder.resolve("library-" + version + ".jar"));
    }

    private static PluginJar usingLibrary(String module, Path library) {
        return PluginJar.of("module " + module + " { requires dev.runtime.api; requires org.library;"
                + " provides dev.runtime.api.tool.Tool with " + module + ".User; }")
                .with(library).source(module + ".User", tool("User", "", "org.library.Library.text()"));
    }

    private static String listener(String name, String body) {
        return "public class " + name + " implements dev.runtime.api.event.Listener {\n"
                + "public void on(dev.runtime.api.event.RuntimeEvent e) {}\n" + body + "}";
    }

    private static String tool(String name, String body, String answer) {
        return "public class " + name + " implements dev.runtime.api.tool.Tool {\n" + body
                + "public dev.runtime.api.inference.ToolDefinition definition() { throw new UnsupportedOperationException(); }\n"
                + "public String call(java.util.Map<String, Object> a, dev.runtime.api.Cancellation c) { return " + answer + "; }\n}";
    }

    private record Ear(String name, StringBuilder said) implements Listener {
        @Override
        public void start(ExtensionContext context) {
            said.append('+').append(name);
        }

        @Override
        public void stop() {
            said.append('-').append(name);
        }

        @Override
        public void on(RuntimeEvent event) {}
    }
}
