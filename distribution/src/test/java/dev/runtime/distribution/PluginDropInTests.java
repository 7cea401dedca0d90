package dev.runtime.distribution;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A plug-in that a separate Maven project built, dropped into the folder of a running image. */
class PluginDropInTests {
    @TempDir
    Path home;

    @Test
    void aDroppedPluginAnswersAndADeletedOneIsGoneWhileABrokenOneHurtsNobody() throws IOException {
        assumeTrue(Image.onPath("mvn"), "mvn is not installed");
        Path old = build("/hello/old", "1.15.3");
        Path young = build("/hello/young", "1.21.2");
        try (Image.Server server = Image.serve(home)) {
            assertEquals(404, server.get("/hello/old").statusCode());

            SeparateProject.copy(old, server.plugins().resolve("hello-old"));
            SeparateProject.copy(young, server.plugins().resolve("hello-young"));
            Files.writeString(server.plugins().resolve("broken.jar"), "this is no jar");
            String first = server.getUntil("/hello/old?name=%3Ci%3EAda%3C/i%3E", r -> r.statusCode() == 200).body();
            String second = server.getUntil("/hello/young", r -> r.statusCode() == 200).body();
            assertTrue(first.startsWith("Hello Ada from runtime ") && first.endsWith("with library 1.15.3"), first);
            assertTrue(second.endsWith("with library 1.21.2"), second);
            server.await(line -> line.contains("broken"));
            assertEquals(200, server.get("/api/version").statusCode());

            delete(server.plugins().resolve("hello-old"));
            assertEquals("404 page not found", server.getUntil("/hello/old", r -> r.statusCode() == 404).body());
            assertEquals(200, server.get("/hello/young").statusCode());
        }
    }

    @Test
    void theListTellsStatesAndReasons() throws IOException {
        Files.createDirectories(home.resolve("plugins"));
        Files.writeString(home.resolve("plugins/broken.jar"), "this is no jar");
        Image.Finished run = Image.run(home, "", "plugins", "list");
        assertEquals(0, run.status(), run.err());
        assertTrue(run.out().lines().anyMatch(l -> l.startsWith("dev.runtime.backend.cpu ") && l.contains("0.1.0") && l.contains("active")
                && l.contains(" ms")), run.out());
        assertTrue(run.out().lines().anyMatch(l -> l.startsWith("broken ") && l.contains("refused")), run.out());
        assertTrue(run.err().contains("broken"), run.err());
    }

    private Path build(String path, String libraryVersion) throws IOException {
        SeparateProject project = SeparateProject.of("hello", home.resolve("project-" + libraryVersion), "api");
        project.build("-Dhello.path=" + path, "-Dlibrary.version=" + libraryVersion);
        Path plugin = project.folder().resolve("target/plugin");
        Files.copy(project.folder().resolve("target/hello-1.0.jar"), plugin.resolve("hello-1.0.jar"));
        return plugin;
    }

    private static void delete(Path folder) throws IOException {
        Files.walkFileTree(folder, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.delete(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path dir, IOException failure) throws IOException {
                Files.delete(dir);
                return FileVisitResult.CONTINUE;
            }
        });
    }
}
