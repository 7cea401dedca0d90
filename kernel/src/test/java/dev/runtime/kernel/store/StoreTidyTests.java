package dev.runtime.kernel.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is removed without anybody deleting a model. */
class StoreTidyTests {
    private static final Instant NOW = Instant.parse("2026-08-21T18:48:22Z");
    private static final String HEX = "ab".repeat(32);

    @TempDir
    private Path folder;

    private BlobPath paths;
    private StoreWriter writer;
    private String used;

    @BeforeEach
    void create() throws IOException {
        paths = new BlobPath(folder);
        writer = new StoreWriter(paths);
        used = writer.addBlob(new ByteArrayInputStream("used".getBytes(StandardCharsets.UTF_8)), Optional.empty());
        writer.putManifest(ModelName.of("m"), ("{\"layers\":[" + HandMadeStore.layer(HandMadeStore.MEDIA + "model", used, 4) + "]}")
                .getBytes(StandardCharsets.UTF_8));
        old(paths.blob(used), Duration.ofDays(100));
    }

    private static Path old(Path file, Duration age) throws IOException {
        return Files.setLastModifiedTime(file, FileTime.from(NOW.minus(age)));
    }

    private Path file(Path file, Duration age) throws IOException {
        return old(Files.writeString(file, "x"), age);
    }

    private List<String> left() throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(Files::isRegularFile).map(file -> file.getFileName().toString())
                    .filter(name -> !name.equals(".lock") && !name.equals("latest") && !name.equals(used.replace(':', '-'))).sorted().toList();
        }
    }

    @Test
    void whatNothingNeedsGoesOnceItIsOld() throws IOException {
        file(paths.blob("sha256:" + HEX), Duration.ofMinutes(61));
        file(paths.blob("sha256:" + "cd".repeat(32)), Duration.ofMinutes(59));
        file(paths.temporaryBlob(1), Duration.ofMinutes(61));
        file(paths.temporaryBlob(2), Duration.ofMinutes(59));
        file(paths.partialBlob(HEX), Duration.ofDays(8));
        file(paths.partState(HEX, 0), Duration.ofDays(8));
        file(paths.partialBlob("ef".repeat(32)), Duration.ofDays(6));
        file(paths.temporaryManifest(ModelName.of("m"), 0xabc), Duration.ofMinutes(61));
        writer.tidy(InstantSource.fixed(NOW));
        assertEquals(List.of("sha256-2", "sha256-" + "cd".repeat(32), "sha256-" + "ef".repeat(32) + "-partial"), left());
        assertTrue(Files.exists(paths.blob(used)), "what a model needs never grows old");
        assertEquals(List.of(ModelName.of("m")), new ManifestFolder(paths).names());
    }

    @Test
    void nothingGoesWherePruningIsOff() throws IOException {
        file(paths.blob("sha256:" + HEX), Duration.ofDays(61));
        new StoreWriter(paths, false, _ -> {}).tidy(InstantSource.fixed(NOW));
        assertEquals(List.of("sha256-" + HEX), left());
    }

    @Test
    void nothingGoesWhileAManifestIsDamaged() throws IOException {
        file(paths.blob("sha256:" + HEX), Duration.ofDays(61));
        Files.writeString(Files.createDirectories(paths.manifest(ModelName.of("n")).getParent()).resolve("latest"), "{");
        writer.tidy(InstantSource.fixed(NOW));
        assertEquals(List.of("sha256-" + HEX), left());
    }

    @Test
    void whatAnotherProcessKeepsStays() throws IOException, InterruptedException {
        Path source = Files.writeString(folder.resolve("Keep.java"), """
                import java.nio.channels.FileChannel;
                import java.nio.file.*;
                class Keep {
                    public static void main(String[] args) throws Exception {
                        try (var channel = FileChannel.open(Path.of(args[0]), StandardOpenOption.READ, StandardOpenOption.WRITE);
                                var lock = channel.lock(Long.parseLong(args[1]), 1, true)) {
                            System.out.println("kept");
                            System.in.read();
                        }
                    }
                }
                """);
        Path blob = file(paths.blob("sha256:" + HEX), Duration.ofDays(1));
        long position = (Long.parseUnsignedLong(HEX.substring(0, 15), 16) << 1) + 2;
        Process other = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(), source.toString(),
                paths.lockFile().toString(), String.valueOf(position)).redirectError(ProcessBuilder.Redirect.INHERIT).start();
        try (BufferedReader lines = new BufferedReader(new InputStreamReader(other.getInputStream(), StandardCharsets.UTF_8))) {
            assertEquals("kept", lines.readLine());
            writer.tidy(InstantSource.fixed(NOW));
            assertTrue(Files.exists(blob), "the other process needs it");
        } finally {
            other.destroyForcibly().waitFor();
        }
        writer.tidy(InstantSource.fixed(NOW));
        assertTrue(Files.notExists(blob), "the other process is gone, and its lock with it");
    }
}
