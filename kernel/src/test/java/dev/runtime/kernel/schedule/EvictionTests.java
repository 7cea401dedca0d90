package dev.runtime.kernel.schedule;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.runtime.api.Cancellation;
import dev.runtime.api.ErrorCode;
import dev.runtime.api.RuntimeFailure;
import dev.runtime.api.inference.KeepAlive;
import dev.runtime.kernel.engine.EngineOptions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Which models make room for another one, and when. */
class EvictionTests extends SchedulerFixture {
    @Test
    void threeModelsStayForEachGpuIfNobodySays() {
        gpus = 2;
        open(0, 512);
        for (String name : List.of("a", "b", "c", "d", "e", "f")) {
            acquire(name).close();
        }
        assertEquals(List.of(), unloads);
        acquire("g").close();
        assertEquals(1, unloads.size());
    }

    @Test
    void evictsTheIdleModelWithTheShortestLifeSpan() {
        open(3, 512);
        acquire("A").close();
        acquire("B", new KeepAlive.Forever()).close();
        Lease c = acquire("C", new KeepAlive.For(Duration.ofSeconds(30)));
        acquire("D").close();
        assertEquals(List.of("A evicted"), unloads);
        c.close();
    }

    @Test
    void evictsAnIdleModelThatWouldStayForEverBeforeABusyOne() {
        open(3, 512);
        Lease a = acquire("A");
        acquire("B", new KeepAlive.Forever()).close();
        Lease c = acquire("C", new KeepAlive.For(Duration.ofSeconds(30)));
        acquire("D").close();
        assertEquals(List.of("B evicted"), unloads);
        a.close();
        c.close();
    }

    @Test
    void waitsForTheFirstInOrderIfAllAreBusyAndServesTheOthersMeanwhile() throws Exception {
        open(3, 512);
        Lease a = acquire("A");
        Lease b = acquire("B", new KeepAlive.Forever());
        Lease c = acquire("C", new KeepAlive.For(Duration.ofSeconds(30)));
        CompletableFuture<Lease> d = later("D");
        awaitTrue(() -> scheduler.loaded().stream().anyMatch(m -> m.expires().equals(timers.now())));
        acquire("A").close();
        acquire("B").close();
        a.close();
        b.close();
        assertFalse(d.isDone(), "nobody is evicted while in use");
        c.close();
        d.get().close();
        assertEquals(List.of("C evicted"), unloads);
    }

    @Test
    void modelThatWasToMakeRoomStaysIfTheRequestIsWithdrawn() throws Exception {
        open(1, 512);
        Lease a = acquire("A");
        Cancellation cancellation = new Cancellation();
        CompletableFuture<Lease> b = later("B", EngineOptions.AUTOMATIC, cancellation);
        awaitTrue(() -> scheduler.loaded().getFirst().expires().equals(timers.now()));
        cancellation.cancel();
        assertEquals(ErrorCode.REQUEST_CANCELLED, failure(b).code());
        awaitTrue(() -> scheduler.loaded().getFirst().expires().isAfter(timers.now()));
        acquire("A").close();
        a.close();
        assertEquals(List.of("A"), names());
        assertEquals(List.of(), unloads);
        timers.advance(FIVE_MINUTES);
        assertEquals(List.of(), names());
    }

    @Test
    void evictsUntilTheNewModelFits() {
        open(10, 512);
        acquire("A").close();
        acquire("B").close();
        acquire("C", new KeepAlive.For(Duration.ofSeconds(1))).close();
        fits = false;
        acquire("D").close();
        assertEquals(List.of("C evicted", "A evicted", "B evicted"), unloads);
        assertEquals(List.of("D"), names());
    }

    @Test
    void shortOfMemoryAfterAllItTriesOnceMoreAlone() {
        open(10, 512);
        acquire("A").close();
        List<Integer> attempts = new ArrayList<>();
        loader = (model, options, cancellation, progress) -> {
            attempts.add(scheduler.loaded().size());
            if (attempts.size() == 1) {
                throw new RuntimeFailure(ErrorCode.OUT_OF_MEMORY, "no room");
            }
            return new FakeRunner(4096);
        };
        acquire("B").close();
        assertEquals(List.of(1, 0), attempts);
        assertEquals(List.of("A evicted"), unloads);
    }

    @Test
    void secondFailureOfMemoryIsReported() {
        open(10, 512);
        List<Integer> contexts = new ArrayList<>();
        loader = (model, options, cancellation, progress) -> {
            contexts.add(options.contextLength());
            throw new RuntimeFailure(ErrorCode.OUT_OF_MEMORY, "no room");
        };
        assertEquals(ErrorCode.OUT_OF_MEMORY, assertThrows(RuntimeFailure.class, () -> acquire("A")).code());
        assertEquals(List.of(0, 4096), contexts, "once more with the smallest automatic context");
        assertEquals(0, scheduler.waiting());
    }
}
