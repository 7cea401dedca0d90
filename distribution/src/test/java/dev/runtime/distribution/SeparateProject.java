package dev.runtime.distribution;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** A Maven project of somebody else: outside the reactor, with what authors of plug-ins have. */
final class SeparateProject {
    private SeparateProject() {}

    /** Puts modules of the reactor into a repository of its own, as an author would install them, and returns it. */
    static Path publish(Path home, String... modules) {
        Path repository = home.resolve("repository");
        for (String module : modules) {
            String artifact = "runtime-" + module.replace("-tests", "");
            String folder = module.replace("-tests", "");
            Path jar = Image.repository().resolve(folder + "/target/" + artifact + "-0.1.0" + (folder.equals(module) ? "" : "-tests") + ".jar");
            List<String> arguments = new ArrayList<>(List.of("install:install-file", "-Dfile=" + jar, "-DgroupId=dev.runtime",
                    "-DartifactId=" + artifact, "-Dversion=0.1.0", "-Dpackaging=jar", "-DgeneratePom=" + folder.equals(module),
                    "-DlocalRepositoryPath=" + repository));
            if (!folder.equals(module)) {
                arguments.add("-Dclassifier=tests");
            }
            maven(home, arguments.toArray(String[]::new));
        }
        return repository;
    }

    /** Runs Maven on the JDK of this test, so that the separate project needs no toolchain. */
    static void maven(Path folder, String... arguments) {
        List<String> command = new ArrayList<>(List.of("env", "JAVA_HOME=" + System.getProperty("java.home"), "mvn", "-q", "-B"));
        command.addAll(List.of(arguments));
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
