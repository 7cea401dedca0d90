package dev.runtime.kernel.transfer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.runtime.api.Cancellation;
import dev.runtime.api.ErrorCode;
import dev.runtime.api.RuntimeFailure;
import dev.runtime.api.source.TransferEvent;
import dev.runtime.kernel.store.BlobPath;
import dev.runtime.kernel.store.ModelName;
import dev.runtime.kernel.store.StoreWriter;
import dev.runtime.kernel.testing.FakePlace;
import dev.runtime.kernel.testing.FakeServices;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class TransferServiceTests {
    private static final byte[] CONFIG = "{}".getBytes(StandardCharsets.UTF_8);
    /** More than one part of a download. */
    private static final int LONG = (32 << 20) + 12345;

    @TempDir
    private Path folder;

    private final FakePlace place = new FakePlace();
    private final List<Long> pauses = new CopyOnWriteArrayList<>();
    private BlobPath paths;
    private StoreWriter store;
    private TransferService transfers;

    @BeforeEach
    void create() {
        paths = new BlobPath(folder);
        store = new StoreWriter(paths);
        transfers = new TransferService(store, new FakeServices(place), new Retry((time, _) -> pauses.add(time.toSeconds())));
    }

    private static final byte[] LONG_BYTES = bytes(LONG);

    private static byte[] bytes(int count) {
        byte[] bytes = new byte[count];
        new Random(count).nextBytes(bytes);
        return bytes;
    }

    private List<String> pull(String name) {
        List<String> lines = new ArrayList<>();
        transfers.pull(name, false, Cancellation.none(), event -> lines.add(text(event)));
        return lines;
    }

    private static String text(TransferEvent event) {
        return switch (event) {
            case TransferEvent.Reached(TransferEvent.Stage stage) -> stage.name();
            case TransferEvent.Moved(String digest, long total, long completed) -> digest.substring(7, 13) + " " + completed + "/" + total;
        };
    }

    private RuntimeFailure refused(ErrorCode code, String reference) {
        RuntimeFailure failure = assertThrows(RuntimeFailure.class, () -> pull(reference));
        assertEquals(code, failure.code(), failure.getMessage());
        return failure;
    }

    private List<String> blobs() throws IOException {
        if (!Files.exists(paths.blobs())) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(paths.blobs())) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }

    @Test
    void aPullBringsAllPartsAndThenTheManifestAsItIs() throws IOException {
        byte[] weights = bytes(5000);
        place.model(weights, CONFIG);
        String hex = FakePlace.digest(weights).substring(7);
        String config = FakePlace.digest(CONFIG).substring(7, 13);
        assertEquals(List.of("READING_MANIFEST", hex.substring(0, 6) + " 5000/5000", config + " 2/2", "VERIFYING", "WRITING_MANIFEST", "DONE"),
                pull("http://Host:5000/a/m:1").stream().filter(line -> !line.contains(" 0/")).toList());
        assertArrayEquals(place.manifest, store.manifest(ModelName.of("host:5000/a/m:1")).orElseThrow());
        assertArrayEquals(weights, Files.readAllBytes(paths.blob("sha256:" + hex)));
        assertEquals(2, blobs().size(), blobs().toString());

        place.read.set(0);
        assertEquals(List.of("READING_MANIFEST", hex.substring(0, 6) + " 5000/5000", config + " 2/2", "VERIFYING", "WRITING_MANIFEST", "DONE"),
                pull("other"), "what is there is told once");
        assertEquals(0, place.read.get());
    }

    @Test
    void aNewVersionRemovesWhatOnlyTheOldOneNeeded() throws IOException {
        place.model(bytes(10), CONFIG);
        pull("m");
        place.model(bytes(11), CONFIG);
        List<String> lines = pull("m");
        assertEquals(List.of("WRITING_MANIFEST", "REMOVING_UNUSED", "DONE"), lines.subList(lines.size() - 3, lines.size()));
        assertFalse(Files.exists(paths.blob(FakePlace.digest(bytes(10)))));
    }

    @Test
    void connectionsThatEndAreResumedWhereTheyEnded() throws IOException {
        byte[] weights = LONG_BYTES;
        place.model(weights, CONFIG);
        place.longest = 3 << 20;
        pull("m");
        assertEquals(LONG + CONFIG.length, place.read.get(), "no byte came twice");
        assertArrayEquals(weights, Files.readAllBytes(paths.blob(FakePlace.digest(weights))));
        assertTrue(pauses.stream().allMatch(pause -> pause == 1), "after progress the pauses begin anew: " + pauses);
    }

    @Test
    void tryingEndsAfterSixTimesWithoutProgress() throws IOException {
        place.model(bytes(10), CONFIG);
        place.before = _ -> {
            throw new IOException("no route");
        };
        RuntimeFailure failure = refused(ErrorCode.UPSTREAM_FAILED, "m");
        assertEquals("max retries exceeded: no route", failure.getMessage());
        assertEquals(List.of(1L, 2L, 4L, 8L, 16L), pauses);
    }

    @Test
    void aPullThatBrokeOffGoesOnLater() throws IOException {
        byte[] weights = LONG_BYTES;
        place.model(weights, CONFIG);
        place.longest = 5 << 20;
        CountDownLatch reads = new CountDownLatch(5);
        place.before = _ -> {
            reads.countDown();
            if (reads.getCount() == 0) {
                throw new RuntimeFailure(ErrorCode.UPSTREAM_FAILED, "gone for good");
            }
        };
        refused(ErrorCode.UPSTREAM_FAILED, "m");
        long first = place.read.getAndSet(0);
        assertTrue(first > 0);
        assertEquals(List.of(), new ArrayList<>(store.manifest(ModelName.of("m")).stream().toList()), "no model yet");
        place.before = _ -> {};
        place.longest = Long.MAX_VALUE;
        transfers = new TransferService(new StoreWriter(paths), new FakeServices(place));
        List<String> lines = pull("m");
        assertEquals(LONG + CONFIG.length, first + place.read.get(), "only what was missing came");
        assertTrue(lines.get(1).endsWith(" 0/" + LONG) || Long.parseLong(lines.get(1).replaceAll(".* |/.*", "")) >= first, lines.get(1));
        assertEquals(2, blobs().size(), "the states of the parts are gone: " + blobs());
    }

    @Test
    void aFlippedByteNeverBecomesAModel() throws IOException {
        byte[] weights = bytes(5000);
        place.model(weights, CONFIG);
        place.damage(FakePlace.digest(weights));
        RuntimeFailure failure = refused(ErrorCode.UPSTREAM_FAILED, "m");
        assertTrue(failure.getMessage().startsWith("digest mismatch, file must be downloaded again: want " + FakePlace.digest(weights)),
                failure.getMessage());
        assertEquals(List.of(), blobs());
        assertTrue(store.manifest(ModelName.of("m")).isEmpty());
    }

    @Test
    void damagedBytesOfAnEarlierTryAreBroughtAgain() throws IOException {
        byte[] weights = LONG_BYTES;
        place.model(weights, CONFIG);
        place.before = offset -> {
            if (offset > 0) {
                throw new RuntimeFailure(ErrorCode.UPSTREAM_FAILED, "gone for good");
            }
        };
        place.longest = 1 << 20;
        refused(ErrorCode.UPSTREAM_FAILED, "m");
        Path partial = folder.resolve("blobs").resolve("sha256-" + FakePlace.digest(weights).substring(7) + "-partial");
        byte[] damaged = Files.readAllBytes(partial);
        damaged[100] ^= 1;
        Files.write(partial, damaged);
        place.before = _ -> {};
        place.longest = Long.MAX_VALUE;
        pull("m");
        assertArrayEquals(weights, Files.readAllBytes(paths.blob(FakePlace.digest(weights))));
    }

    @Test
    void bytesThatThePowerTookBringOnlyThoseAgainThatWereNotForcedToDisk() throws IOException {
        byte[] weights = LONG_BYTES;
        place.model(weights, CONFIG);
        CountDownLatch gone = new CountDownLatch(1);
        place.before = offset -> {
            if (offset >= 32 << 20) { // the short second part: it must not end the first one early
                await(gone);
            }
            if (offset >= 3 << 20) {
                gone.countDown();
                throw new RuntimeFailure(ErrorCode.UPSTREAM_FAILED, "gone for good");
            }
        };
        place.longest = 1 << 20;
        refused(ErrorCode.UPSTREAM_FAILED, "m");
        String hex = FakePlace.digest(weights).substring(7);
        Path state = paths.blobs().resolve("sha256-" + hex + "-partial-0");
        String json = Files.readString(state);
        assertTrue(json.contains("\"Completed\":3145728,\"Durable\":3145728"), json);
        // as if the power had gone when one of three had been forced: the others are zero
        Files.writeString(state, json.replace("\"Durable\":3145728", "\"Durable\":1048576"));
        Path partial = paths.blobs().resolve("sha256-" + hex + "-partial");
        byte[] damaged = Files.readAllBytes(partial);
        java.util.Arrays.fill(damaged, 1 << 20, 3 << 20, (byte) 0);
        Files.write(partial, damaged);
        long before = place.read.getAndSet(0);
        place.before = _ -> {};
        place.longest = Long.MAX_VALUE;
        pull("m");
        assertArrayEquals(weights, Files.readAllBytes(paths.blob(FakePlace.digest(weights))));
        assertEquals((LONG - before) + (LONG - (1 << 20)) + CONFIG.length, place.read.get());
    }

    @Test
    void eightPullsBringAModelOnce() throws Exception {
        byte[] weights = LONG_BYTES;
        place.model(weights, CONFIG);
        CountDownLatch waiting = new CountDownLatch(8);
        place.before = _ -> await(waiting);
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<?>> pulls = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                pulls.add(threads.submit(() -> {
                    boolean[] counted = {false};
                    transfers.pull("m", false, Cancellation.none(), event -> {
                        if (event instanceof TransferEvent.Moved && !counted[0]) {
                            counted[0] = true;
                            waiting.countDown();
                        }
                    });
                }));
            }
            for (Future<?> pull : pulls) {
                pull.get();
            }
        }
        assertEquals(LONG + CONFIG.length, place.read.get());
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void aDownloadEndsWithItsLastClient() throws Exception {
        byte[] weights = bytes(5000);
        place.model(weights, CONFIG);
        CountDownLatch both = new CountDownLatch(2);
        CountDownLatch free = new CountDownLatch(1);
        place.before = _ -> await(free);
        Cancellation first = new Cancellation();
        Cancellation second = new Cancellation();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<?>> pulls = new ArrayList<>();
            for (Cancellation each : List.of(first, second)) {
                pulls.add(threads.submit(() -> transfers.pull("m", false, each, event -> {
                    if (event instanceof TransferEvent.Moved) {
                        both.countDown();
                    }
                })));
            }
            both.await();
            first.cancel();
            assertCancelled(pulls.get(0));
            assertFalse(pulls.get(1).isDone(), "the other one still waits");
            second.cancel();
            assertCancelled(pulls.get(1));
            free.countDown();
        }
        // whoever comes next waits for the cancelled download to let go, and begins anew
        place.before = _ -> {};
        pull("m");
        assertArrayEquals(weights, Files.readAllBytes(paths.blob(FakePlace.digest(weights))));
    }

    private static void assertCancelled(Future<?> pull) {
        Throwable cause = assertThrows(ExecutionException.class, pull::get).getCause();
        assertEquals(ErrorCode.REQUEST_CANCELLED, ((RuntimeFailure) cause).code());
    }

    @Test
    void manifestsThatAreNoneAreRefused() throws IOException {
        refused(ErrorCode.MODEL_NOT_FOUND, "m");
        refused(ErrorCode.MODEL_NAME_INVALID, "../../m");
        refused(ErrorCode.REQUEST_UNSUPPORTED, "elsewhere/a/b");
        String digest = "sha256:" + "0".repeat(64);
        for (String bad : List.of("{", "[]", "{\"layers\":[{\"digest\":\"sha256:../../../x\",\"size\":1}]}",
                "{\"layers\":[{\"digest\":\"" + digest + "\"}]}", "{\"layers\":[{\"digest\":\"" + digest + "\",\"size\":-1}]}",
                "{\"layers\":[" + ("{\"digest\":\"" + digest + "\",\"size\":1},").repeat(10_001).replaceFirst(",$", "") + "]}")) {
            place.manifest = bad.getBytes(StandardCharsets.UTF_8);
            refused(ErrorCode.UPSTREAM_FAILED, "m");
        }
        place.manifest = ("{\"layers\":[{\"digest\":\"" + digest + "\",\"size\":" + Long.MAX_VALUE / 2 + "}]}").getBytes(StandardCharsets.UTF_8);
        assertTrue(refused(ErrorCode.STORE_FAILED, "m").getMessage().startsWith("no space left"));
        assertEquals(List.of(), blobs());
    }

    @Test
    void aPushBringsWhatIsMissing() {
        byte[] weights = bytes(5000);
        place.model(weights, CONFIG);
        pull("m");
        byte[] manifest = place.manifest;
        FakePlace other = new FakePlace();
        other.with(CONFIG);
        TransferService there = new TransferService(store, new FakeServices(other));
        List<String> lines = new ArrayList<>();
        there.push("m", false, Cancellation.none(), event -> lines.add(text(event)));
        String hex = FakePlace.digest(weights).substring(7, 13);
        // a slow machine tells of steps in between
        lines.removeIf(line -> line.matches(hex + " [1-9]\\d*/5000") && !line.equals(hex + " 5000/5000"));
        assertEquals(List.of("READING_MANIFEST", hex + " 0/5000", hex + " 5000/5000", FakePlace.digest(CONFIG).substring(7, 13) + " 2/2",
                "WRITING_MANIFEST", "DONE"), lines);
        assertArrayEquals(manifest, other.manifest);
        assertEquals(ErrorCode.MODEL_NOT_FOUND,
                assertThrows(RuntimeFailure.class, () -> there.push("n", false, Cancellation.none(), _ -> {})).code());
    }

    @Test
    void theRealPauseEndsWithItsRequest() throws InterruptedException {
        Cancellation cancelled = new Cancellation();
        cancelled.cancel();
        Retry.PATIENT.pause().pause(Duration.ofDays(1), cancelled);
        assertTrue(cancelled.cancelled(), "did not wait for a day");
    }
}
