package dev.runtime.distribution;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;

/**
 * A Maven project of somebody else: outside the reactor, with what authors of plug-ins have, modules of the reactor in a repository of their own.
 *
 * @param folder its folder
 * @param repository where it finds the modules
 * @param version theirs: it ends with a digest, since Maven keeps what it once fetched of a version
 */
record SeparateProject(Path folder, Path repository, String version) {
    private static final String RELEASE = "0.1.0";
    private static final String TESTS = "-tests";

    /** Copies a project's folder, and publishes modules for it; the tests of one are {@code name-tests}. */
    static SeparateProject of(String name, Path folder, String... modules) throws IOException {
        copy(Image.repository().resolve("distribution/src/test/plugins").resolve(name), folder);
        Path repository = folder.resolveSibling(folder.getFileName() + "-repository");
        String version = RELEASE + "-" + digest(modules);
        for (String module : modules) {
            boolean tests = module.endsWith(TESTS);
            List<String> arguments = new ArrayList<>(List.of("install:install-file", "-Dfile=" + jar(module), "-DgroupId=dev.runtime",
                    "-DartifactId=" + artifact(module), "-Dversion=" + version, "-Dpackaging=jar", "-DgeneratePom=" + !tests,
                    "-DlocalRepositoryPath=" + repository));
            if (tests) {
                arguments.add("-Dclassifier=tests");
            }
            maven(folder, arguments);
        }
        return new SeparateProject(folder, repository, version);
    }

    private static String artifact(String module) {
        return "runtime-" + module.replace(TESTS, "");
    }

    private static Path jar(String module) {
        return Image.repository().resolve(module.replace(TESTS, "")).resolve("target")
                .resolve(artifact(module) + "-" + RELEASE + (module.endsWith(TESTS) ? TESTS : "") + ".jar");
    }

    private static String digest(String... modules) throws IOException {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            for (String module : modules) {
                digest.update(Files.readAllBytes(jar(module)));
            }
            return HexFormat.of().formatHex(digest.digest(), 0, 6);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Builds it. */
    void build(String... properties) {
        List<String> arguments = new ArrayList<>(List.of("package", "-Druntime.repository=" + repository.toUri(), "-Druntime.version=" + version));
        arguments.addAll(List.of(properties));
        maven(folder, arguments);
    }

    /** Runs Maven on the JDK of this test, so that the separate project needs no toolchain. */
    private static void maven(Path folder, List<String> arguments) {
        List<String> command = new ArrayList<>(List.of("env", "JAVA_HOME=" + System.getProperty("java.home"), "mvn", "-q", "-B"));
        command.addAll(arguments);
        Image.program(folder, command);
    }

    /** Copies a folder. */
    static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : (Iterable<Path>) files::iterator) {
                Path target = to.resolve(from.relativize(file).toString());
                if (Files.isDirectory(file)) {
                    Files.createDirectories(target);
                } else {
                    Files.copy(file, target);
                }
            }
        }
    }
}
