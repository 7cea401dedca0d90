package dev.runtime.kernel.schedule;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.runtime.api.inference.KeepAlive;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

/** How long models stay, and how they are unloaded. */
class KeepAliveTests extends SchedulerFixture {
    @Test
    void idleModelLeavesAfterItsKeepAlive() {
        open(3, 512);
        acquire("a").close();
        timers.advance(FIVE_MINUTES.minusSeconds(1));
        assertEquals(List.of("a"), names());
        timers.advance(Duration.ofSeconds(1));
        assertEquals(List.of(), names());
        assertEquals(List.of("a expired"), unloads);
    }

    @Test
    void keepAliveCountsFromTheEndOfTheLastUse() {
        open(3, 512);
        acquire("a").close();
        timers.advance(Duration.ofMinutes(4));
        Lease second = acquire("a");
        assertEquals(0, timers.pending(), "no alarm while in use");
        timers.advance(Duration.ofHours(1));
        assertEquals(List.of("a"), names());
        Instant end = timers.now();
        second.close();
        assertEquals(end.plus(FIVE_MINUTES), scheduler.loaded().getFirst().expires());
        timers.advance(FIVE_MINUTES);
        assertEquals(List.of(), names());
        assertEquals(List.of("a"), loads);
    }

    @Test
    void givenKeepAliveStaysForLaterRequests() {
        open(3, 512);
        acquire("a", new KeepAlive.For(Duration.ofSeconds(30))).close();
        acquire("a").close();
        timers.advance(Duration.ofSeconds(30));
        assertEquals(List.of(), names());

        acquire("a", new KeepAlive.Forever()).close();
        assertEquals(Instant.MAX, scheduler.loaded().getFirst().expires());
        timers.advance(Duration.ofDays(10_000));
        assertEquals(List.of("a"), names());
    }

    @Test
    void zeroUnloadsAfterTheRequest() {
        open(3, 512);
        Lease lease = acquire("a", new KeepAlive.For(Duration.ZERO));
        timers.advance(Duration.ZERO);
        assertEquals(List.of("a"), names());
        lease.close();
        timers.advance(Duration.ZERO);
        assertEquals(List.of(), names());
        assertTrue(((FakeRunner) lease.runner()).closed);
    }

    @Test
    void absurdKeepAliveIsForEver() {
        open(3, 512);
        acquire("a", new KeepAlive.For(Duration.ofSeconds(Long.MAX_VALUE))).close();
        assertEquals(Instant.MAX, scheduler.loaded().getFirst().expires());
    }

    @Test
    void listsTheLongestLifeFirst() {
        open(3, 512);
        acquire("a", new KeepAlive.For(Duration.ofSeconds(10))).close();
        acquire("b", new KeepAlive.Forever()).close();
        acquire("c").close();
        assertEquals(List.of("b", "c", "a"), names());
    }

    @Test
    void unloadWaitsForTheLastUserAndServesOthersMeanwhile() {
        open(3, 512);
        Lease first = acquire("a");
        scheduler.unload(StoredModels.named("a"));
        assertEquals(timers.now(), scheduler.loaded().getFirst().expires());
        Lease second = acquire("a");
        assertSame(first.runner(), second.runner());
        first.close();
        second.close();
        timers.advance(Duration.ZERO);
        assertEquals(List.of(), names());
        assertEquals(List.of("a"), loads);
    }

    @Test
    void unloadOfAnIdleModelIsDoneWhenItReturns() {
        open(3, 512);
        acquire("a").close();
        scheduler.unload(StoredModels.named("a"));
        scheduler.unload(StoredModels.named("never loaded"));
        assertEquals(List.of(), names());
        assertEquals(List.of("a unloaded"), unloads);
    }

    @Test
    void keepAliveOfANewRequestSavesAModelFromUnloading() {
        open(3, 512);
        Lease first = acquire("a");
        scheduler.unload(StoredModels.named("a"));
        acquire("a", new KeepAlive.For(FIVE_MINUTES)).close();
        first.close();
        timers.advance(Duration.ZERO);
        assertEquals(List.of("a"), names());
    }

    @Test
    void brokenModelIsLoadedAfresh() {
        open(3, 512);
        Lease first = acquire("a");
        first.broken();
        first.close();
        assertEquals(List.of("a failed"), unloads);
        Lease second = acquire("a");
        assertNotSame(first.runner(), second.runner());
        second.close();
        assertEquals(List.of("a", "a"), loads);
    }

    @Test
    void modelThatClosedItselfIsLoadedAfresh() {
        open(3, 512);
        Lease first = acquire("a");
        first.runner().close();
        first.close();
        try (Lease second = acquire("a")) {
            assertNotSame(first.runner(), second.runner());
        }
    }
}
