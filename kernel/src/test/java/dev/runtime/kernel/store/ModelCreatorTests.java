package dev.runtime.kernel.store;

import static dev.runtime.kernel.store.HandMadeStore.part;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.runtime.api.Cancellation;
import dev.runtime.api.ErrorCode;
import dev.runtime.api.RuntimeFailure;
import dev.runtime.api.inference.Message;
import dev.runtime.api.model.CreateEvent;
import dev.runtime.api.model.CreateRequest;
import dev.runtime.api.source.TransferEvent;
import dev.runtime.api.source.Transfers;
import dev.runtime.kernel.testing.FakeServices;
import dev.runtime.kernel.testing.FakeTemplates;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Models from models and from files, with fakes of formats and templates. */
class ModelCreatorTests {
    private static final String WEIGHTS = "FAKE\ngeneral.architecture=fam\ngeneral.file_type=1\ntensor a F16 1000\n";

    @TempDir
    private Path folder;

    private final FakeWriter weightWriter = new FakeWriter();
    private final FakeServices services = new FakeServices(new FakeFormat(), new FakeTemplates(), weightWriter);
    private final List<CreateEvent> events = new ArrayList<>();
    private HandMadeStore hand;
    private StoreWriter writer;
    private ModelStore store;
    private ModelCreator creator;
    private final Place place = new Place();

    /** A place of models from which a base comes: whatever a test puts into the store when it is asked. */
    private static final class Place implements Transfers {
        private final List<String> pulled = new ArrayList<>();
        private Runnable arrives = () -> {
            throw new RuntimeFailure(ErrorCode.MODEL_NOT_FOUND, "not there");
        };

        @Override
        public void pull(String reference, boolean insecure, Cancellation cancellation, Consumer<TransferEvent> events) {
            pulled.add(reference + " " + insecure);
            events.accept(new TransferEvent.Reached(TransferEvent.Stage.READING_MANIFEST));
            arrives.run();
            events.accept(new TransferEvent.Reached(TransferEvent.Stage.DONE));
        }

        @Override
        public void push(String reference, boolean insecure, Cancellation cancellation, Consumer<TransferEvent> events) {
            throw new AssertionError("nothing is pushed");
        }
    }

    @Test
    void aBaseThatIsNotThereIsPulledFirst() {
        place.arrives = () -> new ModelCreator(store, writer, new BlobPath(hand.root), services, new Place())
                .create(request("far/base", "", Map.of("model.fake", blob(WEIGHTS))), Cancellation.none(), _ -> {});
        make(request("mine", "far/base", Map.of()));
        assertEquals(List.of("far/base false"), place.pulled);
        assertEquals(new CreateEvent.Pulling(new TransferEvent.Reached(TransferEvent.Stage.READING_MANIFEST)), events.getFirst());
        assertEquals(1, events.stream().filter(CreateEvent.Pulling.class::isInstance).count(), "the pull's end is not the end");
        assertEquals(new CreateEvent.Done(), events.getLast());
        make(request("again", "far/base", Map.of()));
        assertEquals(1, place.pulled.size(), "what is there is not pulled");
    }

    @BeforeEach
    void create() {
        hand = new HandMadeStore(folder.resolve("models"));
        BlobPath paths = new BlobPath(hand.root);
        writer = new StoreWriter(paths);
        store = new ModelStore(hand.root, List.of(folder.resolve("builtin")), services);
        creator = new ModelCreator(store, writer, paths, services, place);
    }

    private static CreateRequest request(String model, String from, Map<String, String> files) {
        return new CreateRequest(model, from, files, Map.of(), Optional.empty(), Optional.empty(), List.of(), Map.of(), List.of(), "", "", "", "",
                Map.of());
    }

    private static CreateRequest quantized(String model, String from, String level) {
        return new CreateRequest(model, from, Map.of(), Map.of(), Optional.empty(), Optional.empty(), List.of(), Map.of(), List.of(), level, "", "",
                "", Map.of());
    }

    private void make(CreateRequest request) {
        creator.create(request, Cancellation.none(), events::add);
    }

    private String blob(String text) {
        return writer.addBlob(new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)), Optional.empty());
    }

    private List<String> blobs() throws IOException {
        try (Stream<Path> files = Files.list(hand.root.resolve("blobs"))) {
            return files.map(file -> file.getFileName().toString()).filter(name -> name.matches("sha256-[0-9a-f]{64}")).sorted().toList();
        }
    }

    @Test
    void aModelFromAnotherTakesOverItsPartsAndPutsTextsInTheirPlace() throws IOException {
        hand.model("base", "{\"model_family\":\"fam\",\"renderer\":\"r\",\"parser\":\"p\",\"rootfs\":{}}", part("model", WEIGHTS), part("system", "old"),
                part("template", "{ old }"), part("params", "{\"temperature\":0.5,\"top_k\":7,\"stop\":[\"a\"]}"), part("license", "one"),
                part("messages", "[{\"role\":\"user\",\"content\":\"x\"}]"));
        Map<String, Object> parameters = new LinkedHashMap<>();
        parameters.put("temperature", 0.25);
        parameters.put("stop", List.of("b", "c"));
        make(new CreateRequest("mine", "base", Map.of(), Map.of(), Optional.empty(), Optional.of("new"), List.of("two"), parameters,
                List.of(Message.of("user", "q"), Message.of("assistant", "a")), "", "", "other", "0.9.0", Map.of("base_name", "b")));
        StoredModel model = store.resolveName("mine");
        assertEquals(Optional.of("new"), model.system());
        assertEquals(Optional.of("{ old }"), model.template());
        assertEquals(Map.of("temperature", 0.25, "top_k", 7L, "stop", List.of("b", "c")), model.parameters());
        assertEquals(List.of("one", "two"), model.licenses());
        assertEquals(List.of("q", "a"), model.messages().stream().map(Message::content).toList());
        assertEquals("other", model.parser());
        assertEquals("r", model.renderer());
        assertEquals("base:latest", model.info().parent());
        assertEquals(store.resolveName("base").weights(), model.weights());
        String manifest = Files.readString(hand.root.resolve("manifests/" + HandMadeStore.HOST + "/library/mine/latest"));
        assertTrue(manifest.endsWith("}\n") && manifest.contains("\"schemaVersion\":2") && manifest.contains(HandMadeStore.MEDIA + "params"), manifest);
        assertEquals(List.of(CreateEvent.Part.class, CreateEvent.Storing.class, CreateEvent.Done.class),
                events.stream().<Class<?>>map(Object::getClass).distinct().toList());
        assertTrue(events.contains(new CreateEvent.Part("sha256:" + model.weights().getFileName().toString().substring(7), false)));
    }

    @Test
    void aModelFromAFile() {
        make(request("m", "", Map.of("weights.fake", blob(WEIGHTS))));
        StoredModel model = store.resolveName("m");
        assertEquals("fam", model.info().family());
        assertEquals("F16", model.info().quantization());
        assertEquals("1K", model.info().parameterSize());
        assertTrue(events.contains(new CreateEvent.Reading("fake")));
    }

    @Test
    void projectorsAndAdaptersAreToldByWhatTheySay() {
        String projector = blob("FAKE\ngeneral.type=mmproj\ngeneral.architecture=p\n");
        String adapter = blob("FAKE\ngeneral.type=adapter\ngeneral.architecture=fam\n");
        make(new CreateRequest("m", "", Map.of("a", blob(WEIGHTS), "b", projector), Map.of("c", adapter), Optional.empty(), Optional.empty(),
                List.of(), Map.of(), List.of(), "", "", "", "", Map.of()));
        assertEquals(1, store.resolveName("m").projectors().size());
        assertEquals(1, store.resolveName("m").adapters().size());
        RuntimeFailure failure = assertThrows(RuntimeFailure.class, () -> make(new CreateRequest("n", "m", Map.of(), Map.of("c", blob(WEIGHTS)),
                Optional.empty(), Optional.empty(), List.of(), Map.of(), List.of(), "", "", "", "", Map.of())));
        assertEquals(ErrorCode.REQUEST_INVALID, failure.code());
    }

    private static CreateRequest drafted(String model, String from, Map<String, String> drafts) {
        return new CreateRequest(model, from, Map.of(), Map.of(), drafts, "", Optional.empty(), Optional.empty(), List.of(), Map.of(), List.of(), "", "",
                "", "", Map.of());
    }

    @Test
    void aDraftModelIsOneAndModelsMadeFromItInheritIt() {
        make(request("base", "", Map.of("a", blob(WEIGHTS))));
        assertEquals(Optional.empty(), store.resolveName("base").draft());
        String first = blob(WEIGHTS + "general.name=one\n");
        String second = blob(WEIGHTS + "general.name=two\n");
        make(drafted("m", "base", Map.of("d", first)));
        make(drafted("inherits", "m", Map.of()));
        make(drafted("other", "m", Map.of("d", second)));
        assertEquals(hand.root.resolve("blobs").resolve(first.replace(':', '-')), store.resolveName("m").draft().orElseThrow());
        assertEquals(store.resolveName("m").draft(), store.resolveName("inherits").draft());
        assertEquals(hand.root.resolve("blobs").resolve(second.replace(':', '-')), store.resolveName("other").draft().orElseThrow());
        for (Map<String, String> wrong : List.of(Map.of("d", blob("FAKE\ngeneral.type=adapter\ngeneral.architecture=fam\n")),
                Map.of("d", first, "e", second), Map.of("d", blob("no weights")))) {
            assertEquals(ErrorCode.REQUEST_INVALID, assertThrows(RuntimeFailure.class, () -> make(drafted("n", "m", wrong))).code());
        }
    }

    @Test
    void partsOfOneModelBecomeOneFile() {
        String text = WEIGHTS + "split.count=2\n";
        make(request("m", "", Map.of("a-1", blob(text + "split.no=0\n"), "a-2", blob(text + "split.no=1\n"))));
        assertTrue(events.stream().anyMatch(CreateEvent.Converting.class::isInstance));
        assertEquals("fam", store.resolveName("m").info().family());
    }

    @Test
    void quantisedWeightsTakeThePlaceOfTheOthers() throws IOException {
        hand.model("base", "{}", part("model", WEIGHTS));
        make(quantized("small", "base", "q4_k_m"));
        assertEquals("Q4_K_M", store.resolveName("small").info().quantization());
        assertEquals("F16", store.resolveName("base").info().quantization());
        List<CreateEvent> work = events.stream().filter(CreateEvent.Quantizing.class::isInstance).toList();
        assertEquals(new CreateEvent.Quantizing("F16", "Q4_K_M", 0, 0), work.getFirst());
        assertTrue(events.contains(new CreateEvent.Verifying()));
        make(quantized("same", "base", "f16"));
        assertEquals(store.resolveName("base").weights(), store.resolveName("same").weights());
        assertTrue(assertThrows(RuntimeFailure.class, () -> make(quantized("x", "base", "Q9"))).getMessage()
                .contains("supported types are F16, Q8_0, Q4_K_M"));
    }

    @Test
    void aFileOutsideOfTheStoreIsCopied() throws IOException {
        Files.createDirectories(folder.resolve("builtin"));
        Files.writeString(folder.resolve("builtin/demo.fake"), WEIGHTS);
        make(request("mine", "demo", Map.of()));
        assertTrue(store.resolveName("mine").weights().startsWith(hand.root));
        assertEquals("demo:latest", store.resolveName("mine").info().parent());
    }

    @Test
    void whatFailsChangesNothing() throws IOException {
        hand.model("base", "{}", part("model", WEIGHTS));
        List<String> before = blobs();
        weightWriter.fails = true;
        assertEquals(ErrorCode.STORE_FAILED, assertThrows(RuntimeFailure.class, () -> make(quantized("base", "base", "Q8_0"))).code());
        Cancellation cancelled = new Cancellation();
        cancelled.cancel();
        assertEquals(ErrorCode.REQUEST_CANCELLED,
                assertThrows(RuntimeFailure.class, () -> creator.create(request("other", "base", Map.of()), cancelled, events::add)).code());
        assertEquals("F16", store.resolveName("base").info().quantization());
        assertEquals(Optional.empty(), store.find("other"));
        assertTrue(blobs().containsAll(before));
        try (Stream<Path> files = Files.list(hand.root.resolve("blobs"))) {
            assertTrue(files.allMatch(file -> file.getFileName().toString().matches("sha256-[0-9a-f]{64}")), "leftovers");
        }
    }

    @Test
    void whatOnlyThePredecessorNeededIsRemoved() throws IOException {
        make(request("m", "", Map.of("a", blob(WEIGHTS))));
        List<String> first = blobs();
        make(request("m", "", Map.of("a", blob(WEIGHTS + "x=1\n"))));
        assertFalse(blobs().containsAll(first));
        assertEquals(2, blobs().size());
    }

    @ParameterizedTest
    @ValueSource(strings = {"../a", "/a", "a/../b", "a//b", "", ".", "a\\b", "C:/x"})
    void namesThatLeaveTheFolder(String name) {
        assertEquals(ErrorCode.REQUEST_INVALID, assertThrows(RuntimeFailure.class, () -> make(request("m", "", Map.of(name, blob(WEIGHTS))))).code());
    }

    @Test
    void requestsThatMakeNoSense() throws IOException {
        hand.model("base", "{}", part("model", WEIGHTS));
        assertEquals("neither 'from' or 'files' was specified",
                assertThrows(RuntimeFailure.class, () -> make(request("m", "", Map.of()))).getMessage());
        assertEquals(ErrorCode.MODEL_NAME_INVALID, code(request("a b", "base", Map.of())));
        assertEquals(ErrorCode.MODEL_NOT_FOUND, code(request("m", "nothing", Map.of())));
        assertEquals(ErrorCode.REQUEST_INVALID, code(request("m", "", Map.of("a", "sha256:" + "0".repeat(64)))));
        assertEquals(ErrorCode.REQUEST_INVALID, code(request("m", "", Map.of("a", blob("no weights")))));
        assertEquals(ErrorCode.MODEL_FILE_INVALID, code(request("m", "", Map.of("a", blob("FAKE\ndamaged\n")))));
        assertEquals(Optional.empty(), store.find("m"));
    }

    private ErrorCode code(CreateRequest request) {
        return assertThrows(RuntimeFailure.class, () -> make(request)).code();
    }
}
