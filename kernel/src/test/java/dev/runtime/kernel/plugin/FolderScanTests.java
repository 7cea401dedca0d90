package dev.runtime.kernel.plugin;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.runtime.kernel.plugin.FolderScan.Change;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The clock is a number: 1 is a nanosecond. */
class FolderScanTests {
    private static final long SETTLED = FolderScan.SETTLED.toNanos();
    private static final long GIVEN_UP = FolderScan.GIVEN_UP.toNanos();

    @TempDir
    Path temp;
    private Path folder;
    private Path jar;
    private FolderScan scan;

    @BeforeEach
    void createFolder() throws IOException {
        folder = Files.createDirectory(temp.resolve("plugins"));
        jar = folder.resolve("a.jar");
        scan = new FolderScan(folder);
        assertEquals(List.of(), scan.first(0));
    }

    @Test
    void aCompleteJarAppearsOnceItKeepsStill() throws IOException {
        Files.write(jar, zip("x"));
        assertEquals(List.of(), scan.look(1));
        assertTrue(scan.pending());
        assertEquals(List.of(), scan.look(SETTLED));
        assertEquals(List.of(new Change.Appeared(jar)), scan.look(1 + SETTLED));
        assertFalse(scan.pending());
        assertEquals(List.of(), scan.look(10 * GIVEN_UP));
    }

    @Test
    void aCopyInProgressIsWaitedFor() throws IOException {
        byte[] whole = zip("x".repeat(5000));
        Files.write(jar, Arrays.copyOf(whole, whole.length / 2));
        assertEquals(List.of(), scan.look(0));
        assertEquals(List.of(), scan.look(GIVEN_UP - 1));
        Files.write(jar, whole);
        assertEquals(List.of(), scan.look(GIVEN_UP));
        assertEquals(List.of(new Change.Appeared(jar)), scan.look(GIVEN_UP + SETTLED));
    }

    @Test
    void whatStaysDamagedIsToldAndToldAgainWhenItIsMended() throws IOException {
        Files.writeString(jar, "half");
        scan.look(0);
        assertEquals(List.of(new Change.Appeared(jar)), scan.look(GIVEN_UP));
        Files.write(jar, zip("x"));
        scan.look(GIVEN_UP + 1);
        assertEquals(List.of(new Change.Appeared(jar)), scan.look(GIVEN_UP + 1 + SETTLED));
    }

    @Test
    void theFirstLookTakesEverything() throws IOException {
        Files.writeString(jar, "damaged");
        Files.write(folder.resolve("b.jar"), zip("x"));
        assertEquals(List.of(new Change.Appeared(jar), new Change.Appeared(folder.resolve("b.jar"))), new FolderScan(folder).first(0));
    }

    @Test
    void aDeletedOneVanishes() throws IOException {
        appear();
        Files.delete(jar);
        assertEquals(List.of(new Change.Vanished(jar)), scan.look(GIVEN_UP));
        assertEquals(List.of(), scan.look(2 * GIVEN_UP));
    }

    @Test
    void whatWasNeverToldDoesNotVanish() throws IOException {
        Files.writeString(jar, "half");
        scan.look(0);
        Files.delete(jar);
        assertEquals(List.of(), scan.look(1));
        assertFalse(scan.pending());
    }

    @Test
    void aReplacedOneAppearsAgain() throws IOException {
        appear();
        Path other = Files.write(temp.resolve("other"), Files.readAllBytes(jar));
        Files.setLastModifiedTime(other, Files.getLastModifiedTime(jar));
        Files.move(other, jar, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
        scan.look(GIVEN_UP);
        assertEquals(List.of(new Change.Appeared(jar)), scan.look(GIVEN_UP + SETTLED));
    }

    @Test
    void aFolderWithJarsIsOneEntry() throws IOException {
        Path plugin = Files.createDirectory(folder.resolve("p"));
        scan.look(0);
        assertFalse(scan.pending());
        Files.write(plugin.resolve("x.jar"), zip("x"));
        Files.writeString(plugin.resolve("notes.txt"), "not looked at");
        scan.look(1);
        assertEquals(List.of(new Change.Appeared(plugin)), scan.look(1 + SETTLED));
        Files.write(plugin.resolve("y.jar"), zip("y"));
        scan.look(GIVEN_UP);
        assertEquals(List.of(new Change.Appeared(plugin)), scan.look(GIVEN_UP + SETTLED));
        Files.delete(plugin.resolve("x.jar"));
        Files.delete(plugin.resolve("y.jar"));
        assertEquals(List.of(new Change.Vanished(plugin)), scan.look(2 * GIVEN_UP));
    }

    @Test
    void hiddenFilesAndOtherNamesAreLeftAlone() throws IOException {
        Files.write(folder.resolve(".a.jar"), zip("x"));
        Files.write(folder.resolve("a.jar.part"), zip("x"));
        Files.writeString(folder.resolve("README.txt"), "x");
        scan.look(0);
        assertFalse(scan.pending());
    }

    @Test
    void aFolderThatIsMissingIsEmpty() throws IOException {
        FolderScan missing = new FolderScan(temp.resolve("later"));
        assertEquals(List.of(), missing.first(0));
        Files.createDirectory(temp.resolve("later"));
        Path late = Files.write(temp.resolve("later/a.jar"), zip("x"));
        missing.look(1);
        assertEquals(List.of(new Change.Appeared(late)), missing.look(1 + SETTLED));
    }

    private void appear() throws IOException {
        Files.write(jar, zip("x"));
        scan.look(0);
        assertEquals(List.of(new Change.Appeared(jar)), scan.look(SETTLED));
    }

    private static byte[] zip(String content) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream out = new ZipOutputStream(bytes)) {
            out.putNextEntry(new ZipEntry("content"));
            out.write(content.getBytes());
            out.closeEntry();
        }
        return bytes.toByteArray();
    }
}
