package dev.runtime.kernel.store;

import static dev.runtime.kernel.store.HandMadeStore.WEIGHTS;
import static dev.runtime.kernel.store.HandMadeStore.part;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.runtime.api.ErrorCode;
import dev.runtime.api.RuntimeFailure;
import dev.runtime.kernel.testing.FakeServices;
import dev.runtime.kernel.testing.FakeTemplates;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Readers while somebody else replaces a model: they see the old one, the new one or a damaged one, never a mixture. */
class ConcurrentReadersTests {
    private static final int REPLACEMENTS = 300;

    @TempDir
    private Path folder;

    @Test
    void readersSeeWholeModelsOnly() throws IOException, InterruptedException, ExecutionException {
        HandMadeStore hand = new HandMadeStore(folder.resolve("models"));
        ModelStore store = new ModelStore(hand.root, List.of(), new FakeServices(new FakeFormat(), new FakeTemplates()));
        byte[][] versions = new byte[2][];
        Path manifest = hand.root;
        for (int v = 0; v < 2; v++) {
            manifest = hand.model("m", "{\"model_type\":\"" + v + "B\"}", part("model", WEIGHTS.replace("fam", "fam" + v)), part("system", "s" + v));
            versions[v] = Files.readAllBytes(manifest);
        }
        AtomicBoolean done = new AtomicBoolean();
        List<Future<Integer>> readers = new ArrayList<>();
        try (ExecutorService threads = Executors.newFixedThreadPool(3)) {
            for (int r = 0; r < 3; r++) {
                readers.add(threads.submit(() -> read(store, done)));
            }
            for (int i = 0; i < REPLACEMENTS; i++) {
                if (i % 3 == 0) {
                    Files.write(manifest, versions[i % 2]); // as programs do that write in place
                } else {
                    Path temp = Files.write(manifest.resolveSibling(".temp"), versions[i % 2]);
                    Files.move(temp, manifest, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
                }
            }
            done.set(true);
            for (Future<Integer> reader : readers) {
                assertTrue(reader.get() > 0, "every reader read something");
            }
        }
    }

    /** Returns how many whole models were read. */
    private static int read(ModelStore store, AtomicBoolean done) {
        int whole = 0;
        boolean last = false;
        while (!last) {
            last = done.get();
            try {
                StoredModel model = store.resolve("m");
                String version = model.system().orElseThrow().substring(1);
                assertEquals("fam" + version, model.info().family());
                assertEquals(version + "B", model.info().parameterSize());
                whole++;
            } catch (RuntimeFailure e) {
                assertEquals(ErrorCode.MODEL_FILE_INVALID, e.code(), e.getMessage());
            }
            store.list();
        }
        return whole;
    }
}
