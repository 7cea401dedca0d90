package dev.runtime.kernel.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.runtime.api.Cancellation;
import dev.runtime.api.model.ModelInfo;
import dev.runtime.kernel.store.CrashedDisk.Loss;
import dev.runtime.kernel.testing.FakePlace;
import dev.runtime.kernel.testing.FakeServices;
import dev.runtime.kernel.transfer.TransferService;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The power goes after every step of a change, and what was not made durable is lost in several ways: what is left opens, lists whole models
 * only, keeps the models that had nothing to do with it, and the same change done again succeeds.
 */
class PowerLossTests {
    private static final byte[] WEIGHTS = HandMadeStore.WEIGHTS.getBytes(StandardCharsets.UTF_8);
    private static final byte[] OLDER = HandMadeStore.WEIGHTS.replace("4096", "2048").getBytes(StandardCharsets.UTF_8);
    private static final byte[] CONFIG = "{\"model_type\":\"1B\"}".getBytes(StandardCharsets.UTF_8);

    @TempDir
    private Path folder;

    /** A change of a store. */
    private interface Change {
        void run(StoreWriter writer);
    }

    private static void pull(StoreWriter writer) {
        FakePlace place = new FakePlace();
        place.model(WEIGHTS, CONFIG);
        try (TransferService transfers = new TransferService(writer, new FakeServices(place))) {
            transfers.pull("m", false, Cancellation.none(), _ -> {});
        }
    }

    private static void create(StoreWriter writer) {
        try (StoreChange change = writer.begin()) {
            String config = change.addBlob(new ByteArrayInputStream(CONFIG), Optional.empty());
            String weights;
            try (NewBlob blob = change.newBlob()) {
                blob.write(ByteBuffer.wrap(WEIGHTS, 10, WEIGHTS.length - 10), 10);
                blob.write(ByteBuffer.wrap(WEIGHTS, 0, 10), 0);
                weights = change.publish(blob, Cancellation.none());
            } catch (IOException e) {
                throw StoreFailure.write("a test", e);
            }
            writer.removeReplaced(change.putManifest(ModelName.of("m"), manifest(weights, WEIGHTS.length, config)));
        }
    }

    private static byte[] manifest(String weights, int size, String config) {
        return ("{\"config\":" + HandMadeStore.layer("config", config, CONFIG.length) + ",\"layers\":["
                + HandMadeStore.layer(HandMadeStore.MEDIA + "model", weights, size) + "]}").getBytes(StandardCharsets.UTF_8);
    }

    /** A store with another model, and perhaps with an older version of the one that changes. */
    private static void prepare(Path root, boolean older) throws IOException {
        HandMadeStore hand = new HandMadeStore(root);
        hand.model("other", "{}", HandMadeStore.part("model", HandMadeStore.WEIGHTS.replace("fam", "oth")));
        if (older) {
            hand.model("m", "{}", HandMadeStore.part("model", new String(OLDER, StandardCharsets.UTF_8)));
        }
    }

    private int everyStep(boolean older, Change change) throws IOException {
        Path recorded = folder.resolve("recorded");
        prepare(recorded, older);
        Map<Path, byte[]> before = new TreeMap<>();
        try (Stream<Path> files = Files.walk(recorded)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                before.put(file, Files.readAllBytes(file));
            }
        }
        RecordingDisk disk = new RecordingDisk();
        change.run(new StoreWriter(new BlobPath(recorded), disk, true, _ -> {}));
        List<RecordingDisk.Step> steps = List.copyOf(disk.steps);
        for (Loss loss : Loss.values()) {
            for (int count = 0; count <= steps.size(); count++) {
                CrashedDisk crashed = new CrashedDisk(recorded, before);
                steps.subList(0, count).forEach(crashed::apply);
                Path left = folder.resolve(loss + "-" + count);
                crashed.leave(loss, left);
                check(left, older, count == steps.size(), change, loss + " after " + count + " of " + steps.size() + " steps");
            }
        }
        return steps.size();
    }

    private static void check(Path root, boolean older, boolean complete, Change change, String what) throws IOException {
        FakeServices services = new FakeServices(new FakeFormat());
        try (ModelStore store = new ModelStore(root, List.of(), services)) {
            List<String> names = wholeModels(root, store, what);
            assertTrue(names.contains("other:latest"), what);
            if (older || complete) {
                assertTrue(names.contains("m:latest"), what + ": the old or the new one");
            }
            change.run(new StoreWriter(new BlobPath(root), new RecordingDisk(), true, _ -> {}));
            assertEquals(List.of("m:latest", "other:latest"), wholeModels(root, store, what), what + ", done again");
            assertEquals(4096, store.find("m").orElseThrow().contextLength(), what);
        }
    }

    /** Returns the listed models, after comparing each of their parts with its digest. */
    private static List<String> wholeModels(Path root, ModelStore store, String what) throws IOException {
        List<String> names = store.list().stream().map(ModelInfo::name).sorted().toList();
        ManifestFolder manifests = new ManifestFolder(new BlobPath(root));
        for (String name : names) {
            for (Manifest.Layer part : manifests.read(ModelName.of(name)).orElseThrow().parts()) {
                byte[] bytes = Files.readAllBytes(new BlobPath(root).blob(part.digest()));
                assertEquals(part.digest(), "sha256:" + Manifest.sha256(bytes), what + ": a part of " + name);
            }
        }
        return names;
    }

    @Test
    void pullOfANewModel() throws IOException {
        assertTrue(everyStep(false, PowerLossTests::pull) > 20);
    }

    @Test
    void pullOverAnOlderModel() throws IOException {
        assertTrue(everyStep(true, PowerLossTests::pull) > 20);
    }

    @Test
    void createOfANewModel() throws IOException {
        assertTrue(everyStep(false, PowerLossTests::create) > 15);
    }

    @Test
    void createOverAnOlderModel() throws IOException {
        assertTrue(everyStep(true, PowerLossTests::create) > 15);
    }

    @Test
    void deletingNeverLeavesAModelWithoutItsParts() throws IOException {
        Path recorded = folder.resolve("recorded");
        prepare(recorded, true);
        Map<Path, byte[]> before = new TreeMap<>();
        try (Stream<Path> files = Files.walk(recorded)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                before.put(file, Files.readAllBytes(file));
            }
        }
        RecordingDisk disk = new RecordingDisk();
        assertTrue(new StoreWriter(new BlobPath(recorded), disk, true, _ -> {}).delete(ModelName.of("m")));
        for (Loss loss : Loss.values()) {
            for (int count = 0; count <= disk.steps.size(); count++) {
                CrashedDisk crashed = new CrashedDisk(recorded, before);
                disk.steps.subList(0, count).forEach(crashed::apply);
                Path left = folder.resolve(loss + "-" + count);
                crashed.leave(loss, left);
                ManifestFolder manifests = new ManifestFolder(new BlobPath(left));
                for (ModelName name : manifests.names()) {
                    for (Manifest.Layer part : manifests.read(name).orElseThrow().parts()) {
                        assertTrue(Files.exists(new BlobPath(left).blob(part.digest())), loss + " after " + count + ": " + name.display());
                    }
                }
            }
        }
    }
}
