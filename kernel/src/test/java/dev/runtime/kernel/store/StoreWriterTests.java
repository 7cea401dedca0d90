package dev.runtime.kernel.store;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.runtime.api.ErrorCode;
import dev.runtime.api.RuntimeFailure;
import dev.runtime.api.source.ModelAddress;
import dev.runtime.kernel.testing.FakeServices;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StoreWriterTests {
    /** SHA-256 of the three bytes abc, from FIPS 180-2. */
    private static final String ABC = "sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

    @TempDir
    private Path folder;

    private BlobPath paths;
    private StoreWriter writer;

    @BeforeEach
    void create() {
        paths = new BlobPath(folder);
        writer = new StoreWriter(paths);
    }

    private static InputStream bytes(String text) {
        return new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
    }

    private static byte[] manifest(String digest, int size) {
        return ("{\"layers\":[" + HandMadeStore.layer(HandMadeStore.MEDIA + "model", digest, size) + "]}\n").getBytes(StandardCharsets.UTF_8);
    }

    private List<String> files() throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(Files::isRegularFile).map(f -> folder.relativize(f).toString()).filter(f -> !f.equals(".lock")).sorted().toList();
        }
    }

    private void assertRefused(ErrorCode code, org.junit.jupiter.api.function.Executable executable) throws IOException {
        List<String> before = files();
        assertEquals(code, assertThrows(RuntimeFailure.class, executable).code());
        assertEquals(before, files(), "nothing is left behind");
    }

    @Test
    void blobsAreNamedByTheirBytes() throws IOException {
        assertEquals(ABC, writer.addBlob(bytes("abc"), Optional.empty()));
        assertEquals("abc", Files.readString(paths.blob(ABC)));
        assertEquals(ABC, writer.addBlob(bytes("abc"), Optional.of(ABC.replace(':', '-'))));
        assertEquals(List.of("blobs/" + ABC.replace(':', '-')), files());
    }

    @Test
    void longBlobs() throws IOException {
        byte[] many = new byte[(3 << 20) + 17];
        many[many.length - 1] = 1;
        String digest = writer.addBlob(new ByteArrayInputStream(many), Optional.empty());
        assertEquals("sha256:" + Manifest.sha256(many), digest);
        assertArrayEquals(many, Files.readAllBytes(paths.blob(digest)));
    }

    @Test
    void otherBytesThanExpectedAreRefused() throws IOException {
        assertRefused(ErrorCode.REQUEST_INVALID, () -> writer.addBlob(bytes("abd"), Optional.of(ABC)));
        assertRefused(ErrorCode.REQUEST_INVALID, () -> writer.addBlob(bytes("abc"), Optional.of("sha256:../x")));
    }

    @Test
    void anUploadThatBreaksOffLeavesNothing() throws IOException {
        InputStream broken = new InputStream() {
            private int left = 5000;

            @Override
            public int read() throws IOException {
                if (left-- == 0) {
                    throw new IOException("gone");
                }
                return 1;
            }

            @Override
            public int read(byte[] target, int from, int length) throws IOException {
                target[from] = (byte) read();
                return 1;
            }
        };
        assertRefused(ErrorCode.STORE_FAILED, () -> writer.addBlob(broken, Optional.empty()));
    }

    @Test
    void manifestsAreStoredAsTheyAre() throws IOException {
        String digest = writer.addBlob(bytes(HandMadeStore.WEIGHTS), Optional.empty());
        byte[] json = manifest(digest, HandMadeStore.length(HandMadeStore.WEIGHTS));
        ModelName name = writer.putManifest(ModelName.of("User/m:1"), json);
        assertEquals("User/m:1", name.display());
        assertArrayEquals(json, Files.readAllBytes(paths.manifest(name)));
        ModelStore store = new ModelStore(folder, List.of(), new FakeServices(new FakeFormat()));
        assertEquals(Manifest.sha256(json), store.find("user/M:1").orElseThrow().digest());

        assertEquals(name, writer.putManifest(ModelName.of("USER/M:1"), json));
        assertEquals(1, store.list().size(), "one model, in its first spelling");
        assertEquals(2, files().size(), "no temporary file stays");
    }

    @Test
    void aManifestWithoutItsBlobsIsRefusedAndTheOldOneStays() throws IOException {
        writer.addBlob(bytes("abc"), Optional.empty());
        byte[] good = manifest(ABC, 3);
        writer.putManifest(ModelName.of("m"), good);
        ModelName name = ModelName.of("m");
        assertRefused(ErrorCode.MODEL_FILE_INVALID, () -> writer.putManifest(name, manifest("sha256:" + "0".repeat(64), 3)));
        assertRefused(ErrorCode.MODEL_FILE_INVALID, () -> writer.putManifest(name, manifest(ABC, 4)));
        assertRefused(ErrorCode.MODEL_FILE_INVALID, () -> writer.putManifest(name, manifest("sha256:../../x", 4)));
        assertRefused(ErrorCode.MODEL_FILE_INVALID, () -> writer.putManifest(name, new byte[] {'{'}));
        assertArrayEquals(good, Files.readAllBytes(paths.manifest(name)));
    }

    @Test
    void nothingIsWrittenThroughALinkOutOfTheStore(@TempDir Path elsewhere) throws IOException {
        writer.addBlob(bytes("abc"), Optional.empty());
        Files.createSymbolicLink(Files.createDirectories(paths.manifests()).resolve("host"), elsewhere);
        assertRefused(ErrorCode.STORE_FAILED, () -> writer.putManifest(ModelName.of("host/n/m"), manifest(ABC, 3)));
        try (Stream<Path> files = Files.walk(elsewhere)) {
            assertEquals(0, files.filter(Files::isRegularFile).count());
        }
    }

    @Test
    void whatACrashLeavesIsNoModelAndNoBlob() throws IOException {
        writer.addBlob(bytes("abc"), Optional.empty());
        writer.putManifest(ModelName.of("m"), manifest(ABC, 3));
        Files.write(paths.temporaryManifest(ModelName.of("m"), 1), manifest(ABC, 3));
        Files.writeString(paths.temporaryBlob(-1), "half");
        assertEquals(List.of(ModelName.of("m")), new ManifestFolder(paths).names());
        assertTrue(BlobPath.parseHex(paths.temporaryBlob(-1).getFileName().toString()).isEmpty());
        assertFalse(ModelAddress.validPart(paths.temporaryManifest(ModelName.of("m"), 1).getFileName().toString()));
    }

    @Test
    void aBlobWrittenInAnyOrderGetsTheNameOfItsBytes() throws IOException {
        try (StoreChange change = writer.begin()) {
            try (NewBlob blob = change.newBlob()) {
                blob.write(java.nio.ByteBuffer.wrap(new byte[] {'c'}), 2);
                assertEquals(2, blob.write(bytes("ab"), 0));
                assertEquals(ABC, change.publish(blob, dev.runtime.api.Cancellation.none()));
            }
            try (NewBlob forgotten = change.newBlob()) {
                forgotten.write(bytes("half"), 0);
            }
        }
        assertEquals(List.of("blobs/" + ABC.replace(':', '-')), files());
    }

    @Test
    void deletingAModelRemovesWhatNothingElseNeeds() throws IOException {
        String own = writer.addBlob(bytes("own"), Optional.empty());
        writer.addBlob(bytes("abc"), Optional.empty());
        writer.putManifest(ModelName.of("a"), manifest(ABC, 3));
        writer.putManifest(ModelName.of("b"), manifest(ABC, 3));
        writer.putManifest(ModelName.of("host/c/d"), manifest(own, 3));
        assertTrue(writer.delete(ModelName.of("A")));
        assertTrue(Files.exists(paths.blob(ABC)), "another model needs it");
        assertTrue(writer.delete(ModelName.of("b")));
        assertFalse(Files.exists(paths.blob(ABC)));
        assertFalse(writer.delete(ModelName.of("b")), "gone already");
        assertTrue(writer.delete(ModelName.of("host/c/d")));
        assertEquals(List.of(), files());
        assertFalse(Files.exists(paths.manifests().resolve("host")), "no empty folders stay");
    }

    @Test
    void whatARunningChangeKeepsIsNotRemoved() throws IOException {
        writer.addBlob(bytes("abc"), Optional.empty());
        writer.putManifest(ModelName.of("a"), manifest(ABC, 3));
        try (StoreChange change = new StoreWriter(paths).begin()) {
            assertTrue(change.keep(ABC, 3));
            assertFalse(change.keep(ABC, 4), "another length");
            writer.delete(ModelName.of("a"));
            change.putManifest(ModelName.of("b"), manifest(ABC, 3));
        }
        assertTrue(Files.exists(paths.blob(ABC)));
        writer.delete(ModelName.of("b"));
        assertEquals(List.of(), files());
    }

    @Test
    void replacingAModelRemovesWhatOnlyTheOldOneNeeded() throws IOException {
        String old = writer.addBlob(bytes("old"), Optional.empty());
        writer.putManifest(ModelName.of("a"), manifest(old, 3));
        writer.addBlob(bytes("abc"), Optional.empty());
        writer.putManifest(ModelName.of("a"), manifest(ABC, 3));
        assertFalse(Files.exists(paths.blob(old)));
        assertTrue(Files.exists(paths.blob(ABC)));
    }

    @Test
    void nothingIsRemovedWhileAManifestCannotBeRead() throws IOException {
        writer.addBlob(bytes("abc"), Optional.empty());
        writer.putManifest(ModelName.of("a"), manifest(ABC, 3));
        Files.writeString(Files.createDirectories(paths.manifest(ModelName.of("b")).getParent()).resolve("latest"), "{");
        assertTrue(writer.delete(ModelName.of("a")));
        assertTrue(Files.exists(paths.blob(ABC)), "the damaged one may name it");
        assertTrue(writer.delete(ModelName.of("b")), "a damaged one can be deleted");
    }

    @Test
    void aFolderThatCannotBeWrittenIsAFailure() throws IOException {
        Files.writeString(folder.resolve("blobs"), "in the way");
        assertRefused(ErrorCode.STORE_FAILED, () -> writer.addBlob(bytes("abc"), Optional.empty()));
    }
}
