package dev.runtime.kernel.schedule;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;

import dev.runtime.api.Cancellation;
import dev.runtime.kernel.engine.EngineOptions;
import dev.runtime.kernel.store.StoredModel;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** When a loaded model serves a request and when it is loaded again. */
class ReloadTests extends SchedulerFixture {
    @Test
    void longerContextIsLoadedAgainAShorterOneIsNot() {
        open(3, 512);
        Runner small = use("a", context(2048));
        Runner large = use("a", context(4096));
        assertNotSame(small, large);
        assertSame(large, use("a", context(2048)));
        assertSame(large, use("a", context(0)));
        assertEquals(List.of("a reloaded"), unloads);
    }

    @Test
    void contextBeyondTrainingIsTheSameAsTheTrainingLength() {
        open(3, 512);
        loader = (model, options, cancellation, progress) -> new FakeRunner(8192);
        Runner first = use("a", context(8192));
        assertSame(first, use("a", context(1_000_000)));
    }

    @Test
    void automaticContextIsNotServedByAShorterOne() {
        open(3, 512);
        Runner small = use("a", context(512));
        assertNotSame(small, use("a", context(0)));
    }

    @Test
    void batchThreadsAndDeviceAreLoadedAgain() {
        open(3, 512);
        use("a", EngineOptions.AUTOMATIC);
        use("a", new EngineOptions(0, 256, 0, 0, Optional.empty(), EngineOptions.AUTOMATIC.kvType()));
        use("a", new EngineOptions(0, 256, 0, 2, Optional.empty(), EngineOptions.AUTOMATIC.kvType()));
        use("a", new EngineOptions(0, 256, 0, 2, Optional.of("other"), EngineOptions.AUTOMATIC.kvType()));
        assertEquals(4, loads.size());
        use("a", new EngineOptions(0, 256, 0, 2, Optional.of("fake:0"), EngineOptions.AUTOMATIC.kvType()));
        assertEquals(4, loads.size(), "the device that it runs on already");
        use("a", new EngineOptions(0, 256, 0, 2, Optional.empty(), EngineOptions.AUTOMATIC.kvType()));
        assertEquals(4, loads.size(), "no matter which device");
    }

    @Test
    void otherAdaptersAndEncodersAreLoadedAgain() {
        open(3, 512);
        StoredModel plain = StoredModels.named("a");
        acquire(plain).close();
        acquire(plain).close();
        assertEquals(1, loads.size());
        acquire(with(plain, List.of(), List.of(Path.of("adapter")))).close();
        acquire(with(plain, List.of(Path.of("encoder")), List.of(Path.of("adapter")))).close();
        acquire(with(plain, List.of(Path.of("encoder")), List.of(Path.of("adapter")))).close();
        assertEquals(3, loads.size());
        assertEquals(List.of("a reloaded", "a reloaded"), unloads);
    }

    @Test
    void aDraftModelOfItsOwnIsAReasonToo() {
        open(3, 512);
        StoredModel plain = StoredModels.named("a");
        StoredModel guessing = new StoredModel(plain.info(), plain.weights(), List.of(), List.of(), Optional.of(Path.of("draft")), plain.template(),
                plain.system(), plain.parameters(), plain.messages(), plain.licenses(), plain.parser(), plain.renderer());
        acquire(plain).close();
        acquire(guessing).close();
        acquire(guessing).close();
        assertEquals(2, loads.size());
        assertEquals(List.of("a reloaded"), unloads);
    }

    private Lease acquire(StoredModel model) {
        return scheduler.acquire(model, EngineOptions.AUTOMATIC, UNCHANGED, Cancellation.none());
    }

    private static StoredModel with(StoredModel m, List<Path> projectors, List<Path> adapters) {
        return new StoredModel(m.info(), m.weights(), projectors, adapters, m.template(), m.system(), m.parameters(), m.messages(),
                m.licenses(), m.parser(), m.renderer());
    }

    @Test
    void twoNamesOfTheSameWeightsShareOneLoad() {
        open(3, 512);
        StoredModel one = StoredModels.named("one");
        StoredModel two = StoredModels.of("two", one.weights().toString(), one.info().capabilities(), one.system(), one.parameters(),
                one.messages());
        Lease first = scheduler.acquire(one, EngineOptions.AUTOMATIC, UNCHANGED, Cancellation.none());
        Lease second = scheduler.acquire(two, EngineOptions.AUTOMATIC, UNCHANGED, Cancellation.none());
        assertSame(first.runner(), second.runner());
        first.close();
        second.close();
    }
}
