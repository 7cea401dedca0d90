package dev.runtime.kernel.store;

import static dev.runtime.kernel.store.HandMadeStore.WEIGHTS;
import static dev.runtime.kernel.store.HandMadeStore.part;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.runtime.api.ErrorCode;
import dev.runtime.api.RuntimeFailure;
import dev.runtime.api.model.Capability;
import dev.runtime.api.model.ModelInfo;
import dev.runtime.kernel.testing.FakeServices;
import dev.runtime.kernel.testing.FakeTemplates;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Weight files outside the store: those that came with the runtime, and those given by path. */
class InPlaceTests {
    @TempDir
    private Path folder;

    private HandMadeStore hand;
    private ModelStore store;
    private Path builtIn;
    private Path here;

    @BeforeEach
    void create() throws IOException {
        hand = new HandMadeStore(folder.resolve("models"));
        builtIn = Files.createDirectories(folder.resolve("builtin"));
        store = new ModelStore(hand.root, List.of(folder.resolve("none"), builtIn), new FakeServices(new FakeFormat(), new FakeTemplates()));
        // below the working directory of the tests, which is the module's folder
        here = Files.createTempDirectory(Files.createDirectories(Path.of("target")), "in-place");
    }

    @AfterEach
    void clean() throws IOException {
        try (var files = Files.list(here)) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
        }
        Files.delete(here);
    }

    private static ErrorCode code(org.junit.jupiter.api.function.Executable executable) {
        return assertThrows(RuntimeFailure.class, executable).code();
    }

    @Test
    void filesThatCameWithTheRuntimeAreModels() throws IOException {
        Path demo = Files.writeString(builtIn.resolve("demo.bin"), WEIGHTS + "tokenizer.chat_template={ tools }\n");
        Files.writeString(builtIn.resolve("README.md"), "no model");
        Files.writeString(builtIn.resolve("no name!.bin"), WEIGHTS);
        assertEquals(List.of("demo:latest"), store.list().stream().map(ModelInfo::name).toList());
        StoredModel model = store.resolve("Library/DEMO");
        assertEquals(demo, model.weights());
        assertEquals("demo:latest", model.info().name());
        assertEquals(Files.size(demo), model.info().size());
        assertEquals("1.23M", model.info().parameterSize());
        assertTrue(model.info().digest().matches("[0-9a-f]{64}"));
        assertEquals("{ tools }", store.details("demo").template());
        assertEquals(demo, store.resolveName("demo").weights());
        assertFalse(store.isPath("demo"));
        assertEquals("demo:latest", store.displayName("demo"));
    }

    @Test
    void aStoredModelShadowsThem() throws IOException {
        Files.writeString(builtIn.resolve("demo.bin"), WEIGHTS);
        hand.model("Demo", "{}", part("model", WEIGHTS.replace("fam", "stored")));
        assertEquals(List.of("Demo:latest"), store.list().stream().map(ModelInfo::name).toList());
        assertEquals("stored", store.find("demo").orElseThrow().family());
    }

    @Test
    void theFirstOfEqualNamesCounts() throws IOException {
        Files.writeString(builtIn.resolve("demo.a"), WEIGHTS);
        Files.writeString(builtIn.resolve("demo.b"), WEIGHTS);
        assertEquals(1, store.list().size());
        assertEquals(builtIn.resolve("demo.a"), store.resolve("demo").weights());
    }

    @Test
    void pathsAreUsedWhereTheyLie() throws IOException {
        Path file = Files.writeString(folder.resolve("my model.bin"), WEIGHTS);
        StoredModel model = store.resolve(file.toString());
        assertEquals(file, model.weights());
        assertEquals(file.toString(), model.info().name());
        assertEquals(file.toString(), store.displayName(file.toString()));
        assertEquals(file.toString(), store.fullName(file.toString()));
        assertEquals(2, store.details(file.toString()).tensors().size());
        assertEquals(model.info(), store.find(folder + "/./x/../my model.bin").orElseThrow());
        assertEquals(List.of(), store.list(), "a file in place is not listed");
        HandMadeStore.modified(file, "2026-01-01T00:00:00Z");
        assertNotEquals(model.info().digest(), store.resolve(file.toString()).info().digest());
    }

    @Test
    void filesBelowTheWorkingDirectoryNeedNoDot() throws IOException {
        Path file = Files.writeString(here.resolve("m.bin"), WEIGHTS);
        String reference = here.resolve("m.bin").toString();
        assertFalse(reference.startsWith("/"));
        assertEquals(file.toAbsolutePath(), store.resolve(reference).weights());
        assertEquals(file.toAbsolutePath(), store.resolve("./" + reference).weights());
        assertTrue(store.isPath(reference));
    }

    @Test
    void aStoredModelWinsOverAFileOfTheSameName() throws IOException {
        Files.writeString(here.resolve("m.bin"), WEIGHTS);
        String reference = here.resolve("m.bin").toString();
        hand.modelAt(reference + "/latest", "{}", part("model", WEIGHTS.replace("fam", "stored")));
        assertEquals("stored", store.resolve(reference).info().family());
        assertFalse(store.isPath(reference));
        assertEquals("fam", store.resolve("./" + reference).info().family());
    }

    @Test
    void whatIsNoWeightFileIsNotOpened() throws IOException {
        assertEquals(ErrorCode.MODEL_NOT_FOUND, code(() -> store.resolve(folder.resolve("none.bin").toString())));
        assertEquals(ErrorCode.MODEL_NOT_FOUND, code(() -> store.resolve(folder.toString())));
        assertEquals(ErrorCode.MODEL_NOT_FOUND, code(() -> store.resolve("/dev/zero")));
        Path text = Files.writeString(folder.resolve("text"), "text");
        assertEquals(ErrorCode.MODEL_FILE_INVALID, code(() -> store.resolve(text.toString())));
        assertEquals(ErrorCode.MODEL_FILE_INVALID, code(() -> store.find(text.toString())));
        assertEquals(Optional.empty(), store.find(folder.resolve("none.bin").toString()));
        assertEquals(ErrorCode.MODEL_NOT_FOUND, code(() -> store.resolve("/a\0b")));
    }

    @Test
    void whyAWeightFileCannotBeUsedIsTold() throws IOException {
        Path damaged = Files.writeString(folder.resolve("damaged.bin"), "FAKE\ndamaged\n");
        RuntimeFailure failure = assertThrows(RuntimeFailure.class, () -> store.find(damaged.toString()));
        assertEquals(ErrorCode.MODEL_FILE_INVALID, failure.code());
        assertEquals("damaged as wanted", failure.getMessage());
        Path unsupported = Files.writeString(folder.resolve("unsupported.bin"), "FAKE\nunsupported\n");
        assertEquals(ErrorCode.MODEL_UNSUPPORTED, code(() -> store.find(unsupported.toString())));
    }

    @ParameterizedTest
    @ValueSource(strings = {"/etc/passwd", "./x", "../../etc/passwd", "~/x", "C:\\x", "..\\x", "\\\\host\\x", "/", "/none"})
    void whoeverTakesNamesOnlyCannotTellFilesApart(String reference) {
        assertTrue(store.isPath(reference));
        assertEquals(ErrorCode.MODEL_NAME_INVALID, code(() -> store.resolveName(reference)));
    }

    @Test
    void namesOnlyMeansNoFileBelowTheWorkingDirectory() throws IOException {
        Files.writeString(here.resolve("m.bin"), WEIGHTS);
        String there = here.resolve("m.bin").toString();
        String absent = here.resolve("n.bin").toString();
        assertEquals(code(() -> store.resolveName(absent)), code(() -> store.resolveName(there)));
        assertFalse(store.isPath(absent));
    }

    @Test
    void anImageEncoderBesideAModelBelongsToIt() throws IOException {
        Path model = Files.writeString(here.resolve("gemma-4b-q4.bin"), WEIGHTS);
        assertEquals(List.of(), store.resolve(model.toString()).projectors());
        Path encoder = Files.writeString(here.resolve("mmproj-f16.bin"), WEIGHTS);
        assertEquals(List.of(encoder), projectors(model));
        assertTrue(store.resolve(model.toString()).info().capabilities().contains(Capability.VISION));
        // with two models in the folder, only an encoder that is called like one
        Path other = Files.writeString(here.resolve("llama-8b.bin"), WEIGHTS);
        assertEquals(List.of(), projectors(model));
        Path named = Files.writeString(here.resolve("mmproj-gemma-4b.bin"), WEIGHTS);
        assertEquals(List.of(named), projectors(model));
        assertEquals(List.of(), projectors(other));
    }

    private List<Path> projectors(Path model) {
        return store.resolve(model.toString()).projectors().stream().map(Path::getFileName).map(here::resolve).toList();
    }
}
