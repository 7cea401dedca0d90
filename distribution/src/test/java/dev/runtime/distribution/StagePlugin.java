package dev.runtime.distribution;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.spi.ToolProvider;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;

/**
 * The plug-in of {@code src/test/plugins/stage}, compiled outside the reactor against the image's modules and dropped into a plug-ins
 * folder: a gate that refuses some keys, and the scripted engine of the dialects' own tests in place of models of a store.
 */
final class StagePlugin {
    /** Settings of a server that works on one request and lets none wait. */
    static final Map<String, String> ONE_PLACE = Map.of("OLLAMA_NUM_PARALLEL", "1", "OLLAMA_MAX_QUEUE", "0");

    private static final String BARE = "{{ .Prompt }}";
    private static final Map<String, String> TEMPLATES = Map.of("test", "{{ .Tools }}" + BARE, "plain", BARE,
            "think", "{{ .Tools }}{{ .Thinking }}" + BARE, "insert", BARE + "{{ .Suffix }}");
    private static final List<String> SHARED = List.of(
            "api/src/test/java/dev/runtime/api/testkit/FakeModels.java", "api/src/test/java/dev/runtime/api/testkit/MemoryExchange.java",
            "api/src/test/java/dev/runtime/api/testkit/ScriptedInference.java",
            "plugins/dialect/src/test/java/dev/runtime/plugin/dialect/testkit/AskedFacts.java",
            "plugins/dialect/src/test/java/dev/runtime/plugin/dialect/testkit/Fixture.java");

    private StagePlugin() {}

    /** Puts the plug-in into the plug-ins folder of a home, and the models that it speaks for into its store. */
    static void install(Path home) throws IOException {
        Path classes = home.resolve("stage-classes");
        List<String> arguments = new ArrayList<>(List.of("-d", classes.toString(), "--release", "25", "--module-path",
                Image.dir().resolveSibling("modules").toString()));
        try (Stream<Path> files = Files.walk(Image.repository().resolve("distribution/src/test/plugins/stage"))) {
            files.filter(file -> file.toString().endsWith(".java")).forEach(file -> arguments.add(file.toString()));
        }
        SHARED.forEach(file -> arguments.add(Image.repository().resolve(file).toString()));
        StringWriter said = new StringWriter();
        PrintWriter to = new PrintWriter(said);
        if (ToolProvider.findFirst("javac").orElseThrow().run(to, to, arguments.toArray(String[]::new)) != 0) {
            throw new IllegalStateException("the plug-in does not compile: " + said);
        }
        Files.createDirectories(home.resolve("plugins"));
        pack(classes, home.resolve("plugins/stage.jar"));
        WrittenStore store = WrittenStore.in(home);
        for (Map.Entry<String, String> model : TEMPLATES.entrySet()) {
            store.model(model.getKey(), WrittenStore.golden("llama"), Map.of("template", model.getValue()));
        }
        store.model("bert", WrittenStore.golden("bert"), Map.of());
    }

    /** Starts a server on a home that has the plug-in, and waits until that is active. */
    static Image.Server serve(Path home, Map<String, String> environment) throws IOException {
        Image.Server server = Image.serve(home, environment);
        server.getUntil("/stage", reply -> reply.statusCode() == 200);
        return server;
    }

    private static void pack(Path classes, Path jar) throws IOException {
        Manifest manifest = new Manifest();
        manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
        manifest.getMainAttributes().putValue("Runtime-Spi", "[1.0,2.0)");
        try (OutputStream file = Files.newOutputStream(jar); JarOutputStream out = new JarOutputStream(file, manifest);
                Stream<Path> all = Files.walk(classes)) {
            for (Path each : all.filter(Files::isRegularFile).toList()) {
                out.putNextEntry(new ZipEntry(classes.relativize(each).toString().replace('\\', '/')));
                Files.copy(each, out);
                out.closeEntry();
            }
        }
    }
}
