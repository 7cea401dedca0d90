package dev.runtime.kernel.plugin;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.spi.ToolProvider;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;

/** Compiles a module and packs it, as the build of a plug-in does. */
public final class PluginJar {
    private final String module;
    private final Map<String, String> sources = new LinkedHashMap<>();
    private final Map<String, String> manifest = new LinkedHashMap<>();
    private final List<Path> libraries = new ArrayList<>();
    private String version = "1.0";

    private PluginJar(String declaration) {
        sources.put("module-info.java", declaration);
        module = declaration.substring("module ".length(), declaration.indexOf(' ', "module ".length()));
    }

    /** Begins with the text of module-info.java. */
    public static PluginJar of(String declaration) {
        return new PluginJar(declaration.strip());
    }

    /** Returns a plug-in with one endpoint that answers GET {@code path} with {@code text}. */
    public static PluginJar endpoint(String module, String path, String text) {
        return of("module " + module + " { requires dev.runtime.api; provides dev.runtime.api.http.Endpoint with " + module + ".Page; }")
                .source(module + ".Page", """
                        import dev.runtime.api.RuntimeFailure;
                        import dev.runtime.api.http.Endpoint;
                        import dev.runtime.api.http.Route;
                        import java.nio.charset.StandardCharsets;
                        import java.util.List;
                        public final class Page implements Endpoint {
                            public String name() { return "page"; }
                            public List<Route> routes() {
                                return List.of(new Route("GET", "%s", e -> e.send(200, "text/plain", "%s".getBytes(StandardCharsets.UTF_8))));
                            }
                            public ErrorBody error(RuntimeFailure f) { return new ErrorBody(f.code().status(), "text/plain", f.getMessage()); }
                        }
                        """.formatted(path, text));
    }

    /** Adds a class; its package clause is written here. */
    public PluginJar source(String className, String text) {
        int dot = className.lastIndexOf('.');
        sources.put(className.replace('.', '/') + ".java", "package " + className.substring(0, dot) + ";\n" + text);
        return this;
    }

    public PluginJar manifest(String name, String value) {
        manifest.put(name, value);
        return this;
    }

    public PluginJar version(String text) {
        version = text;
        return this;
    }

    /** Adds a module to compile against. */
    public PluginJar with(Path library) {
        libraries.add(library);
        return this;
    }

    /** Writes the jar and returns it. */
    public Path write(Path jar) throws IOException {
        Path work = Files.createTempDirectory(jar.toAbsolutePath().getParent(), ".build-");
        Path classes = work.resolve("classes");
        List<String> arguments = new ArrayList<>(List.of("-d", classes.toString(), "--module-version", version, "--release", "25",
                "--module-path", Stream.concat(Stream.of(api()), libraries.stream()).map(Path::toString)
                        .collect(Collectors.joining(System.getProperty("path.separator")))));
        for (Map.Entry<String, String> source : sources.entrySet()) {
            Path file = work.resolve("src").resolve(source.getKey());
            Files.createDirectories(file.getParent());
            Files.writeString(file, source.getValue());
            arguments.add(file.toString());
        }
        StringWriter said = new StringWriter();
        PrintWriter to = new PrintWriter(said);
        if (ToolProvider.findFirst("javac").orElseThrow().run(to, to, arguments.toArray(String[]::new)) != 0) {
            throw new IllegalArgumentException(module + " does not compile: " + said);
        }
        pack(classes, jar);
        return jar;
    }

    private void pack(Path classes, Path jar) throws IOException {
        Manifest attributes = new Manifest();
        attributes.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
        manifest.forEach(attributes.getMainAttributes()::putValue);
        try (OutputStream file = Files.newOutputStream(jar); JarOutputStream out = new JarOutputStream(file, attributes);
                Stream<Path> all = Files.walk(classes)) {
            for (Path each : all.filter(Files::isRegularFile).toList()) {
                out.putNextEntry(new ZipEntry(classes.relativize(each).toString().replace('\\', '/')));
                Files.copy(each, out);
                out.closeEntry();
            }
        }
    }

    private static Path api() {
        return Path.of(PluginJar.class.getModule().getLayer().configuration().findModule("dev.runtime.api").orElseThrow()
                .reference().location().orElseThrow());
    }
}
