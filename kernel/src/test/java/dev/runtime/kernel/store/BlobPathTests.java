package dev.runtime.kernel.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.runtime.api.ErrorCode;
import dev.runtime.api.RuntimeFailure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BlobPathTests {
    private static final String HEX = "0123456789abcdef".repeat(4);

    @TempDir
    private Path folder;

    private BlobPath paths;

    @BeforeEach
    void create() throws IOException {
        paths = new BlobPath(folder.resolve("store"));
        Files.createDirectories(paths.blobs());
    }

    @ParameterizedTest
    @ValueSource(strings = {"sha256:", "sha256-"})
    void digestsBecomeFileNames(String prefix) {
        assertEquals(paths.blobs().resolve("sha256-" + HEX), paths.blob(prefix + HEX));
        assertEquals(paths.blob(prefix + HEX), paths.blob(prefix + HEX.toUpperCase(java.util.Locale.ROOT)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "sha256:", "sha256:../../../../etc/passwd", "sha256-../x", "../sha256-", "sha512:", "SHA256:", "sha256/", "sha256::", "sha256:%2e%2e%2f",
        "sha256:..\\..\\x", "/etc/passwd", "sha256:/etc/passwd"})
    void whatIsNoDigestIsRefused(String start) {
        for (String digest : new String[] {start, start + HEX.substring(Math.min(start.length(), 60)), start + HEX + "0", start + HEX.substring(1)}) {
            assertRefused(digest);
        }
    }

    @ParameterizedTest
    @ValueSource(chars = {'/', '\\', '.', '\0', '\n', ' ', 'g', ':', '%', '\u0661', '\uff11', '\u00e9'})
    void aDigestHoldsNothingButHex(char c) {
        for (int at = 0; at < HEX.length(); at += 7) {
            assertRefused("sha256:" + HEX.substring(0, at) + c + HEX.substring(at + 1));
        }
        assertRefused("sha256:" + HEX + c);
        assertRefused(c + "sha256:" + HEX);
    }

    private void assertRefused(String digest) {
        RuntimeFailure failure = assertThrows(RuntimeFailure.class, () -> paths.blob(digest), digest);
        assertEquals(ErrorCode.REQUEST_INVALID, failure.code());
        assertTrue(failure.getMessage().length() < 300);
    }

    @Test
    void randomTextsNeverLeaveTheStore() {
        String alphabet = "ab09AF_-./\\:~@%\0 \n\u2044..";
        Random random = new Random(7);
        int valid = 0;
        for (int i = 0; i < 200_000; i++) {
            StringBuilder text = new StringBuilder();
            for (int n = random.nextInt(9); n >= 0; n--) {
                text.append(alphabet.charAt(random.nextInt(alphabet.length())));
            }
            Optional<ModelName> name = ModelName.parse(text.toString());
            if (name.isPresent()) {
                valid++;
                Path path = paths.manifest(name.get());
                assertEquals(path.normalize(), path, text::toString);
                assertTrue(path.startsWith(paths.manifests()), text::toString);
                assertEquals(paths.manifests().getNameCount() + 4, path.getNameCount(), text::toString);
            }
        }
        assertTrue(valid > 1000, "the property was tried on " + valid + " names");
    }

    @Test
    void formerSpellingOfBlobsIsFound() throws IOException {
        assertEquals(Optional.empty(), paths.existingBlob("sha256:" + HEX));
        Path former = Files.writeString(paths.blobs().resolve("sha256:" + HEX), "x");
        assertEquals(Optional.of(former), paths.existingBlob("sha256:" + HEX));
        Path present = Files.writeString(paths.blobs().resolve("sha256-" + HEX), "x");
        assertEquals(Optional.of(present), paths.existingBlob("sha256:" + HEX));
    }

    @Test
    void linksOutOfTheStoreAreRefused() throws IOException {
        Path outside = Files.writeString(folder.resolve("secret"), "secret");
        Files.createSymbolicLink(paths.blobs().resolve("sha256-" + HEX), outside);
        RuntimeFailure failure = assertThrows(RuntimeFailure.class, () -> paths.existingBlob("sha256:" + HEX));
        assertEquals(ErrorCode.STORE_FAILED, failure.code());
        assertTrue(failure.getMessage().contains("link"), failure.getMessage());
        assertFalse(failure.getMessage().contains(folder.toString()), "paths of the host stay in the host");

        Path manifest = paths.manifest(ModelName.of("m"));
        Files.createDirectories(manifest.getParent());
        Files.createSymbolicLink(manifest, outside);
        assertThrows(RuntimeFailure.class, () -> paths.readManifest(manifest));
    }

    @Test
    void linksInsideTheStoreAreFollowed() throws IOException {
        Files.writeString(paths.blobs().resolve("sha256-" + "0".repeat(64)), "x");
        Files.createSymbolicLink(paths.blobs().resolve("sha256-" + HEX), paths.blobs().resolve("sha256-" + "0".repeat(64)));
        assertTrue(paths.existingBlob("sha256:" + HEX).isPresent());
    }

    @Test
    void theWholeFolderMayBeALink() throws IOException {
        Path disk = Files.createDirectories(folder.resolve("disk"));
        Files.writeString(disk.resolve("sha256-" + HEX), "x");
        BlobPath linked = new BlobPath(Files.createDirectories(folder.resolve("other")));
        Files.createSymbolicLink(linked.blobs(), disk);
        assertTrue(linked.existingBlob("sha256:" + HEX).isPresent());
    }

    @Test
    void danglingLinksAndFoldersAreNoBlobs() throws IOException {
        Files.createSymbolicLink(paths.blobs().resolve("sha256-" + HEX), folder.resolve("nothing"));
        assertEquals(Optional.empty(), paths.existingBlob("sha256:" + HEX));
        Files.createDirectory(paths.blobs().resolve("sha256-" + "1".repeat(64)));
        assertEquals(Optional.empty(), paths.existingBlob("sha256:" + "1".repeat(64)));
    }

    @ParameterizedTest
    @CsvSource({"/x,true", "./x,true", "../x,true", "~/x,true", ".\\x,true", "C:\\x,true", "c:/x,true", "\\\\host\\x,true", "x,false", "x/y,false",
        ".x,false", "~x,false", "h:5000/n/m,false", "hf.co/u/m,false", "http://h/n/m,false"})
    void pathsAreToldFromNames(String reference, boolean path) {
        assertEquals(path, BlobPath.looksLikePath(reference));
    }
}
