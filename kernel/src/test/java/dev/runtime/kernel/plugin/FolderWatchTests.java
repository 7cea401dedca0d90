package dev.runtime.kernel.plugin;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FolderWatchTests {
    @TempDir
    Path temp;

    private final LinkedBlockingQueue<String> changes = new LinkedBlockingQueue<>();
    private FolderWatch watch;
    private Path jar;

    @BeforeEach
    void buildJar() throws IOException {
        jar = PluginJar.endpoint("org.good", "/good", "hi").write(temp.resolve("built.jar"));
    }

    private void open(Path folder) {
        watch = new FolderWatch(folder, source -> changes.add("+" + source.getFileName()), source -> changes.add("-" + source.getFileName()));
        watch.start();
    }

    @AfterEach
    void close() {
        watch.close();
    }

    @Test
    void whatLiesThereIsToldBeforeStartReturns() throws IOException {
        Path folder = Files.createDirectory(temp.resolve("plugins"));
        Files.copy(jar, folder.resolve("a.jar"));
        open(folder);
        assertEquals("+a.jar", changes.poll());
    }

    @Test
    void dropReplaceAndDeleteAreTold() throws Exception {
        Path folder = Files.createDirectory(temp.resolve("plugins"));
        open(folder);
        Files.copy(jar, folder.resolve("a.jar"));
        assertEquals("+a.jar", next());
        PluginJar.endpoint("org.good", "/good", "something longer").write(folder.resolve("a.jar"));
        assertEquals("+a.jar", next());
        Files.delete(folder.resolve("a.jar"));
        assertEquals("-a.jar", next());
    }

    @Test
    void aFolderThatIsCreatedLaterIsFollowedToo() throws Exception {
        Path folder = temp.resolve("later");
        open(folder);
        Files.createDirectory(folder);
        Files.copy(jar, Files.createDirectory(folder.resolve("p")).resolve("a.jar"));
        assertEquals("+p", next());
    }

    @Test
    void aReceiverThatThrowsDoesNotEndTheWatch() throws Exception {
        Path folder = Files.createDirectory(temp.resolve("plugins"));
        watch = new FolderWatch(folder, source -> {
            changes.add("+" + source.getFileName());
            throw new IllegalStateException("test");
        }, _ -> { });
        watch.start();
        Files.copy(jar, folder.resolve("a.jar"));
        assertEquals("+a.jar", next());
        Files.copy(jar, folder.resolve("b.jar"));
        assertEquals("+b.jar", next());
    }

    private String next() throws InterruptedException {
        return changes.poll(30, TimeUnit.SECONDS);
    }
}
