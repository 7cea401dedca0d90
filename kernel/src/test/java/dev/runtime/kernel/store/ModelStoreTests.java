package dev.runtime.kernel.store;

import static dev.runtime.kernel.store.HandMadeStore.WEIGHTS;
import static dev.runtime.kernel.store.HandMadeStore.part;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.runtime.api.ErrorCode;
import dev.runtime.api.RuntimeFailure;
import dev.runtime.api.inference.Message;
import dev.runtime.api.model.Capability;
import dev.runtime.api.model.ModelDetails;
import dev.runtime.api.model.ModelInfo;
import dev.runtime.api.model.ModelParts;
import dev.runtime.kernel.testing.FakeServices;
import dev.runtime.kernel.testing.FakeTemplates;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ModelStoreTests {
    private static final String CONFIG = """
            {"model_format":"fake","model_family":"fam","model_families":["fam","other"],"model_type":"3.2B","file_type":"Q4_K_M",
            "parser":"p","renderer":"r","architecture":"amd64","os":"linux","rootfs":{"type":"layers","diff_ids":["x"]}}""";

    @TempDir
    private Path folder;

    private final FakeFormat format = new FakeFormat();
    private final FakeTemplates templates = new FakeTemplates();
    private final FakeServices services = new FakeServices(format, templates);
    private HandMadeStore hand;
    private ModelStore store;

    @BeforeEach
    void create() {
        hand = new HandMadeStore(folder.resolve("models"));
        store = new ModelStore(hand.root, List.of(folder.resolve("builtin")), services);
    }

    private List<String> names() {
        return store.list().stream().map(ModelInfo::name).toList();
    }

    private static ErrorCode code(org.junit.jupiter.api.function.Executable executable) {
        return assertThrows(RuntimeFailure.class, executable).code();
    }

    @Test
    void aStoreThatDoesNotExistIsEmpty() {
        assertEquals(List.of(), store.list());
        assertEquals(Optional.empty(), store.find("m"));
        assertEquals(ErrorCode.MODEL_NOT_FOUND, code(() -> store.details("m")));
        assertEquals(ErrorCode.MODEL_NOT_FOUND, code(() -> store.resolve("m")));
        assertFalse(Files.exists(hand.root), "reading creates nothing");
    }

    @Test
    void aWholeModel() throws IOException {
        Path manifest = hand.model("m", CONFIG,
                part("model", WEIGHTS + "tokenizer.chat_template={ own vision }\n"),
                part("projector", "FAKE\ngeneral.architecture=proj\nproj.has_audio_encoder=true\n"),
                part("adapter", "FAKE\n"),
                part("template", "{ tools insert }"),
                part("system", "Be kind.\n"),
                part("params", "{\"stop\":[\"<a>\",\"<b>\"],\"temperature\":0.5,\"num_ctx\":4096,\"use_mmap\":true,\"top_p\":1,\"x\":{},\"y\":null}"),
                part("messages", "[{\"role\":\"user\",\"content\":\"hi\"},{\"role\":\"assistant\",\"content\":\"ho\"},{},7]"),
                part("license", "one"), part("license", "two"), part("embed", "obsolete"));
        HandMadeStore.modified(manifest, "2026-01-02T03:04:05.678Z");

        ModelInfo info = store.list().getFirst();
        assertEquals("m:latest", info.name());
        assertEquals(Manifest.sha256(Files.readAllBytes(manifest)), info.digest());
        assertEquals(Instant.parse("2026-01-02T03:04:05.678Z"), info.modified());
        assertEquals("fake", info.format());
        assertEquals("fam", info.family());
        assertEquals(List.of("fam", "other"), info.families());
        assertEquals("3.2B", info.parameterSize());
        assertEquals("Q4_K_M", info.quantization());
        assertEquals(4096, info.contextLength());
        assertEquals(64, info.embeddingLength());
        assertEquals(Set.of(Capability.COMPLETION, Capability.VISION, Capability.AUDIO, Capability.TOOLS, Capability.INSERT), info.capabilities());
        long size = 0;
        try (var blobs = Files.list(hand.root.resolve("blobs"))) {
            for (Path blob : blobs.toList()) {
                size += Files.size(blob);
            }
        }
        assertEquals(size, info.size());
        assertEquals(Optional.of(info), store.find("M:Latest"));

        StoredModel model = store.resolve("library/m");
        assertEquals(info, model.info());
        assertTrue(Files.readString(model.weights()).startsWith("FAKE"));
        assertEquals(1, model.projectors().size());
        assertEquals(1, model.adapters().size());
        assertEquals(Optional.of("{ tools insert }"), model.template());
        assertEquals(Optional.of("Be kind.\n"), model.system());
        assertEquals(Map.of("stop", List.of("<a>", "<b>"), "temperature", 0.5, "num_ctx", 4096L, "use_mmap", true, "top_p", 1L), model.parameters());
        assertEquals(List.of(Message.of("user", "hi"), Message.of("assistant", "ho")), model.messages());
        assertEquals(List.of("one", "two"), model.licenses());
        assertEquals("p", model.parser());
        assertEquals("r", model.renderer());

        ModelDetails details = store.details("m");
        assertEquals(info, details.info());
        assertEquals(new ModelParts(model.projectors(), model.adapters(), Optional.empty(), "r", "p"), details.parts());
        assertEquals("{ tools insert }", details.template());
        assertEquals("Be kind.\n", details.system());
        assertEquals(2, details.tensors().size());
        assertEquals("fam", details.metadata().requireString("general.architecture"));
        assertEquals(0, format.open.get(), "every opened file is closed");
    }

    @Test
    void whatTheConfigurationLacksComesFromTheWeights() throws IOException {
        hand.model("m", "{\"file_type\":\"unknown\"}", part("model", WEIGHTS + "tokenizer.chat_template={ thinking }\n"));
        ModelInfo info = store.find("m").orElseThrow();
        assertEquals("fake", info.format());
        assertEquals("fam", info.family());
        assertEquals(List.of("fam"), info.families());
        assertEquals("1.23M", info.parameterSize());
        assertEquals("Q4_K_M", info.quantization());
        assertEquals(Set.of(Capability.COMPLETION, Capability.THINKING), info.capabilities());
        assertEquals(Optional.empty(), store.resolve("m").template());
        assertEquals("{ thinking }", store.details("m").template());
    }

    @ParameterizedTest
    @CsvSource({
        "fam.pooling_type=1,EMBEDDING",
        "fam.vision.block_count=2,COMPLETION VISION",
        "fam.vision.block_count=0,COMPLETION",
        "fam.audio.block_count=2,AUDIO COMPLETION",
        "tokenizer.chat_template={ tools },COMPLETION TOOLS",
        "tokenizer.chat_template={ broken tools },COMPLETION",
        "tokenizer.chat_template=tools of another language,COMPLETION",
        "general.architecture=gptoss,COMPLETION THINKING",
    })
    void capabilitiesOfWeights(String line, String expected) throws IOException {
        hand.model("m", "{}", part("model", WEIGHTS + line + "\n"));
        assertEquals(List.of(expected.split(" ")), store.find("m").orElseThrow().capabilities().stream().map(Enum::name).sorted().toList());
    }

    @Test
    void explicitCapabilitiesAreAdded() throws IOException {
        hand.model("m", "{\"capabilities\":[\"image\",\"tools\",\"flying\"]}", part("model", WEIGHTS));
        assertEquals(Set.of(Capability.IMAGE, Capability.TOOLS, Capability.COMPLETION), store.find("m").orElseThrow().capabilities());
    }

    @Test
    void parentIsWhatTheWeightsCameFromUnlessItIsAPath() throws IOException {
        String digest = hand.blob(WEIGHTS);
        for (String[] row : new String[][] {{"a", "base:7b", "base:7b"}, {"b", "/home/somebody/base.bin", ""}, {"c", "", ""}}) {
            hand.manifest(HandMadeStore.HOST + "/library/" + row[0] + "/latest",
                    "{\"layers\":[{\"mediaType\":\"application/vnd.ollama.image.model\",\"digest\":\"" + digest + "\",\"from\":\"" + row[1] + "\"}]}");
            assertEquals(row[2], store.find(row[0]).orElseThrow().parent());
        }
    }

    @Test
    void legacyManifests() throws IOException {
        String digest = hand.blob(WEIGHTS);
        String prompt = hand.blob("{ tools }");
        Files.move(hand.blobFile(digest), hand.root.resolve("blobs").resolve(digest));
        hand.manifest(HandMadeStore.HOST + "/library/old/latest", "{\"layers\":["
                + "{\"mediaType\":\"application/vnd.ollama.image.model\",\"digest\":\"" + digest.replace(':', '-') + "\"},"
                + "{\"mediaType\":\"application/vnd.ollama.image.prompt\",\"digest\":\"" + prompt + "\"},"
                + "{\"digest\":\"" + prompt + "\"}]}");
        StoredModel model = store.resolve("old");
        assertEquals(hand.root.resolve("blobs").resolve(digest), model.weights());
        assertEquals(Optional.of("{ tools }"), model.template());
        assertEquals("fam", model.info().family());
    }

    @Test
    void aConfigurationThatIsNotThereIsNoLoss() throws IOException {
        String digest = hand.blob(WEIGHTS);
        hand.manifest(HandMadeStore.HOST + "/library/m/latest", "{\"config\":" + HandMadeStore.layer("x", "sha256:" + "0".repeat(64), 9)
                + ",\"layers\":[" + HandMadeStore.layer(HandMadeStore.MEDIA + "model", digest, HandMadeStore.length(WEIGHTS)) + "]}");
        assertEquals("fam", store.resolve("m").info().family());
    }

    @Test
    void theLastWeightsWin() throws IOException {
        hand.model("m", "{}", part("model", WEIGHTS), part("model", WEIGHTS.replace("fam", "second")));
        assertEquals("second", store.find("m").orElseThrow().family());
    }

    @Test
    void listIsOrderedByTimeAndSkipsWhatIsNoModel() throws IOException {
        HandMadeStore.modified(hand.model("b", "{}", part("model", WEIGHTS)), "2026-01-01T00:00:00.9Z");
        HandMadeStore.modified(hand.model("a", "{}", part("model", WEIGHTS)), "2026-01-01T00:00:00.1Z");
        HandMadeStore.modified(hand.model("c", "{}", part("model", WEIGHTS)), "2026-01-02T00:00:00Z");
        HandMadeStore.modified(hand.modelAt("host:5000/ns/m/1.0", "{}", part("model", WEIGHTS)), "2025-01-01T00:00:00Z");
        hand.manifest(".DS_Store", "x");
        hand.manifest(HandMadeStore.HOST + "/.hidden", "x");
        hand.manifest(HandMadeStore.HOST + "/library/c/not valid", "x");
        hand.manifest(HandMadeStore.HOST + "/library/file", "x");
        hand.manifest(HandMadeStore.HOST + "/library/deep/er/still", "{}");
        assertEquals(List.of("c:latest", "a:latest", "b:latest", "host:5000/ns/m:1.0"), names());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "{", "null", "[]", "{}", "{\"layers\":7}", "{\"layers\":[7]}", "{\"layers\":[{}]}",
        "{\"layers\":[{\"digest\":\"sha256:../../../../../../../../../../../../../../../../../../../etc/passwd\"}]}",
        "{\"layers\":[],\"config\":{\"digest\":\"sha256-x\"}}", "\u0000\u0001garbage"})
    void damagedManifestsAreSkippedAndExplained(String json) throws IOException {
        hand.manifest(HandMadeStore.HOST + "/library/bad/latest", json);
        hand.model("good", "{}", part("model", WEIGHTS));
        assertEquals(List.of("good:latest"), names());
        assertEquals(ErrorCode.MODEL_FILE_INVALID, code(() -> store.find("bad")));
        assertEquals(Optional.empty(), store.find("absent"));
        RuntimeFailure failure = assertThrows(RuntimeFailure.class, () -> store.resolve("bad"));
        assertEquals(ErrorCode.MODEL_FILE_INVALID, failure.code());
        assertTrue(failure.getMessage().contains("bad:latest"), failure.getMessage());
    }

    @Test
    void deepAndHugeManifestsAreSkipped() throws IOException {
        hand.manifest(HandMadeStore.HOST + "/library/deep/latest", "{\"layers\":" + "[".repeat(500_000));
        hand.manifest(HandMadeStore.HOST + "/library/huge/latest", " ".repeat(BlobPath.LONGEST_TEXT + 1));
        long most = Long.MAX_VALUE;
        String layer = HandMadeStore.layer("x", "sha256:" + "0".repeat(64), most);
        hand.manifest(HandMadeStore.HOST + "/library/sum/latest", "{\"layers\":[" + layer + "," + layer + "]}");
        assertEquals(List.of(), store.list());
        assertEquals(ErrorCode.MODEL_FILE_INVALID, code(() -> store.resolve("deep")));
        assertEquals(ErrorCode.STORE_FAILED, code(() -> store.resolve("huge")));
        assertEquals(ErrorCode.MODEL_FILE_INVALID, code(() -> store.resolve("sum")));
    }

    @Test
    void missingAndCutPartsAreExplained() throws IOException {
        hand.model("missing", "{}", part("model", WEIGHTS + "a=1\n"), part("template", "{ gone }"));
        hand.model("cut", "{}", part("model", WEIGHTS + "b=1\n"));
        Files.delete(hand.blobFile(hand.blob(WEIGHTS + "a=1\n")));
        Files.writeString(hand.blobFile(hand.blob(WEIGHTS + "b=1\n")), "FAKE");
        assertEquals(List.of(), store.list());
        RuntimeFailure missing = assertThrows(RuntimeFailure.class, () -> store.resolve("missing"));
        assertEquals(ErrorCode.MODEL_FILE_INVALID, missing.code());
        assertTrue(missing.getMessage().matches("missing:latest is damaged: its part sha256:[0-9a-f]{64} is not in the store; pull .*"), missing.getMessage());
        RuntimeFailure cut = assertThrows(RuntimeFailure.class, () -> store.resolve("cut"));
        assertEquals(cut.getMessage(), assertThrows(RuntimeFailure.class, () -> store.find("cut")).getMessage());
        assertTrue(cut.getMessage().contains("has 4 bytes instead of"), cut.getMessage());
        assertFalse(cut.getMessage().contains(folder.toString()));
    }

    @Test
    void damagedWeightsAreSkippedUnsupportedOnesAreListed() throws IOException {
        hand.model("damaged", CONFIG, part("model", "FAKE\ndamaged\n"));
        hand.model("unknown", CONFIG, part("model", "other format"));
        hand.model("new", CONFIG, part("model", "FAKE\nunsupported\n"));
        assertEquals(List.of("new:latest"), names());
        assertEquals("fam", store.find("new").orElseThrow().family());
        assertEquals(ErrorCode.MODEL_FILE_INVALID, code(() -> store.resolve("damaged")));
        assertTrue(assertThrows(RuntimeFailure.class, () -> store.resolve("unknown")).getMessage().contains("plug-in"));
    }

    @Test
    void modelsWithoutWeightFileAreListedButNotLoaded() throws IOException {
        hand.model("remote", "{\"model_family\":\"fam\",\"remote_host\":\"h\",\"capabilities\":[\"completion\"],\"context_length\":10}");
        ModelInfo info = store.list().getFirst();
        assertEquals(10, info.contextLength());
        assertEquals(Set.of(Capability.COMPLETION), info.capabilities());
        assertEquals(ErrorCode.MODEL_UNSUPPORTED, code(() -> store.resolve("remote")));
    }

    @Test
    void storedSpellingWins() throws IOException {
        hand.modelAt(HandMadeStore.HOST + "/Apple/OpenELM/Latest", "{}", part("model", WEIGHTS));
        assertEquals("Apple/OpenELM:Latest", store.find("apple/openelm").orElseThrow().name());
        assertEquals("Apple/OpenELM:Latest", store.resolve("REGISTRY.OLLAMA.AI/APPLE/OPENELM:LATEST").info().name());
        assertEquals("Apple/new:Latest", store.spelling(ModelName.of("APPLE/new:LATEST")).display());
        assertEquals("Apple/OpenELM:Latest", store.spelling(ModelName.of("apple/OPENELM:latest")).display());
        assertEquals("Else/Where:1", store.spelling(ModelName.of("Else/Where:1")).display());
    }

    @Test
    void exactSpellingGoesFirst() throws IOException {
        hand.modelAt(HandMadeStore.HOST + "/library/M/latest", "{}", part("model", WEIGHTS));
        hand.modelAt(HandMadeStore.HOST + "/library/m/latest", "{}", part("model", WEIGHTS));
        assertEquals("m:latest", store.find("m").orElseThrow().name());
        assertEquals("M:latest", store.find("M").orElseThrow().name());
    }

    @Test
    void namesAreShownInBothForms() {
        assertEquals("x:latest", store.displayName("library/x"));
        assertEquals("registry.ollama.ai/library/x:latest", store.fullName("x"));
        assertEquals(ErrorCode.MODEL_NAME_INVALID, code(() -> store.displayName("x@y")));
        assertEquals(ErrorCode.MODEL_NAME_INVALID, code(() -> store.find("x@y")));
        assertEquals(ErrorCode.MODEL_NAME_INVALID, code(() -> store.resolveName("../x")));
    }

    @Test
    void aStoreThatIsNoFolderIsAFailure() throws IOException {
        Files.createDirectories(hand.root);
        Files.writeString(hand.root.resolve("manifests"), "x");
        assertEquals(ErrorCode.STORE_FAILED, code(() -> store.list()));
    }

    @Test
    void weightsAreOpenedOnceUntilTheyChange() throws IOException {
        hand.model("m", "{}", part("model", WEIGHTS), part("template", "{ tools }"));
        store.list();
        store.list();
        store.find("m");
        assertEquals(1, format.opened.get());
        assertEquals(1, templates.compiled.get());
        hand.model("m", "{}", part("model", WEIGHTS.replace("fam", "fan")));
        assertEquals("fan", store.find("m").orElseThrow().family());
        assertEquals(2, format.opened.get());
    }

    @Test
    void pluginsChangeWhatIsKnown() throws IOException {
        hand.model("m", "{}", part("model", WEIGHTS), part("template", "{ tools }"));
        assertEquals(Set.of(Capability.COMPLETION, Capability.TOOLS), store.find("m").orElseThrow().capabilities());
        services.remove(templates);
        assertEquals(Set.of(Capability.COMPLETION), store.find("m").orElseThrow().capabilities());
        services.remove(format);
        assertEquals(List.of(), store.list());
        services.add(format);
        assertEquals(List.of("m:latest"), names());
        store.close();
        assertEquals(0, services.watches());
    }

    @Test
    void theUsualFolderIsKnown() {
        assertEquals(folder.resolve(".ollama/models"), ModelStore.defaultRoot(folder));
    }
}
