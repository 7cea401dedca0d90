package dev.runtime.kernel.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.runtime.api.model.Capability;
import dev.runtime.api.model.ModelInfo;
import dev.runtime.kernel.testing.FakeServices;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FolderModelsTests {
    @TempDir
    private Path folder;

    private Path other;
    private ModelStore store;

    @BeforeEach
    void create() throws IOException {
        other = Files.createDirectories(folder.resolve("other"));
        store = new ModelStore(folder.resolve("models"), List.of(), List.of(other), new FakeServices(new FakeFormat()));
    }

    private Path file(String path) throws IOException {
        Path file = other.resolve(path);
        Files.createDirectories(file.getParent());
        return Files.writeString(file, HandMadeStore.WEIGHTS);
    }

    private List<String> names() {
        return store.list().stream().map(ModelInfo::name).sorted().toList();
    }

    @Test
    void foldersGiveNames() throws IOException {
        file("alone-Q4_0.fake");
        file("family/model-q8_0.fake");
        file("owner/repo-chat/Repo-Chat-Q4_K_M.fake");
        file("owner/repo-chat/Repo-Chat-F16-00001-of-00002.fake");
        file("owner/repo-chat/Repo-Chat-F16-00002-of-00002.fake");
        Files.writeString(other.resolve("owner/repo-chat/README.md"), "no weights");
        assertEquals(List.of("alone-Q4_0:latest", "family:q8_0", "owner/repo-chat:F16", "owner/repo-chat:Q4_K_M"), names());
        assertEquals(other.resolve("owner/repo-chat/Repo-Chat-Q4_K_M.fake"), store.resolve("Owner/Repo-Chat:q4_k_m").weights());
    }

    @Test
    void aHubsCacheHasTheNamesOfThePull() throws IOException {
        Path blob = file("models--some-org--A-Model/blobs/abc");
        Path snapshot = Files.createDirectories(other.resolve("models--some-org--A-Model/snapshots/123"));
        Files.createSymbolicLink(snapshot.resolve("a-model.Q6_K.fake"), blob);
        assertTrue(names().contains("hf.co/some-org/A-Model:Q6_K"), names().toString());
    }

    @Test
    void anEncoderBesideTheWeightsBelongsToThem() throws IOException {
        Path encoder = file("owner/eyes/mmproj-F16.fake");
        file("owner/eyes/eyes-Q4_0.fake");
        file("owner/eyes/eyes-Q8_0.fake");
        assertEquals(List.of("owner/eyes:Q4_0", "owner/eyes:Q8_0"), names());
        StoredModel model = store.resolve("owner/eyes:Q4_0");
        assertEquals(List.of(encoder), model.projectors());
        assertTrue(model.info().capabilities().contains(Capability.VISION));
    }

    @Test
    void copyingBringsItIntoTheStoreAndItsOwnFileIsNotDeleted() throws IOException {
        Path file = file("owner/repo/w-Q4_0.fake");
        StoreWriter writer = new StoreWriter(new BlobPath(folder.resolve("models")));
        StoreLibrary library = new StoreLibrary(store, writer);
        assertEquals("request.unsupported", org.junit.jupiter.api.Assertions.assertThrows(dev.runtime.api.RuntimeFailure.class,
                () -> library.delete("owner/repo:Q4_0")).code().code());
        library.copy("owner/repo:Q4_0", "mine");
        Files.delete(file);
        assertEquals("4096", String.valueOf(store.find("mine").orElseThrow().contextLength()));
        library.delete("mine");
        assertTrue(store.find("mine").isEmpty());
        assertEquals("model.not_found", org.junit.jupiter.api.Assertions.assertThrows(dev.runtime.api.RuntimeFailure.class,
                () -> library.delete("mine")).code().code());
    }

    @Test
    void theCacheItselfIsNoModel() throws IOException {
        file("models--some-org--A-Model/blobs/abc");
        assertEquals(List.of(), names());
    }
}
