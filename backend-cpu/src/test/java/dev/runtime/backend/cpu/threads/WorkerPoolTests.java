package dev.runtime.backend.cpu.threads;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

class WorkerPoolTests {
    @Test
    void everyChunkRunsOnceInItsOwnRegion() {
        WorkerPool pool = new WorkerPool(4);
        pool.acquire();
        for (int round = 0; round < 5_000; round++) {
            int chunks = 1 + round % 37;
            AtomicIntegerArray runs = new AtomicIntegerArray(chunks);
            pool.run((chunk, slot) -> runs.incrementAndGet(chunk), chunks, 1 + round % 4);
            for (int i = 0; i < chunks; i++) {
                assertEquals(1, runs.get(i), "chunk " + i + " of round " + round);
            }
        }
        pool.release();
    }

    @Test
    void noTwoThreadsHaveTheSameSlot() {
        WorkerPool pool = new WorkerPool(4);
        pool.acquire();
        AtomicReferenceArray<Thread> owners = new AtomicReferenceArray<>(4);
        AtomicIntegerArray clashes = new AtomicIntegerArray(1);
        for (int round = 0; round < 500; round++) {
            pool.run((chunk, slot) -> {
                if (!owners.compareAndSet(slot, null, Thread.currentThread())) {
                    clashes.incrementAndGet(0);
                }
                Thread.onSpinWait();
                owners.set(slot, null);
            }, 64, 4);
        }
        assertEquals(0, clashes.get(0));
        pool.release();
    }

    @Test
    void callersOfOnePoolDoNotMix() throws Exception {
        WorkerPool pool = new WorkerPool(3);
        pool.acquire();
        CyclicBarrier start = new CyclicBarrier(2);
        try (ExecutorService callers = Executors.newFixedThreadPool(2)) {
            Future<Integer> first = callers.submit(() -> count(pool, start));
            Future<Integer> second = callers.submit(() -> count(pool, start));
            assertEquals(64_000, first.get());
            assertEquals(64_000, second.get());
        }
        pool.release();
    }

    private static int count(WorkerPool pool, CyclicBarrier start) throws Exception {
        AtomicIntegerArray sum = new AtomicIntegerArray(1);
        start.await();
        for (int round = 0; round < 1_000; round++) {
            pool.run((chunk, slot) -> sum.incrementAndGet(0), 64, 3);
        }
        return sum.get(0);
    }

    /** The first chunk of a run ends only when all chunks of all runs but this one have. */
    @Test
    void othersTakeTheChunksOfAThreadThatIsHeldUp() {
        WorkerPool pool = new WorkerPool(3);
        pool.acquire();
        for (int held : new int[] {0, 20, 40}) {
            CountDownLatch others = new CountDownLatch(59);
            pool.run((chunk, slot) -> {
                if (chunk == held) {
                    await(others);
                } else {
                    others.countDown();
                }
            }, 60, 3);
            assertEquals(0, others.getCount());
        }
        pool.release();
    }

    private static void await(CountDownLatch latch) {
        try {
            assertTrue(latch.await(1, TimeUnit.MINUTES), "chunks were left to the thread that is held up");
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void threadsWithoutWorkFetchEachPartOnce() throws InterruptedException {
        WorkerPool pool = new WorkerPool(3);
        pool.acquire();
        AtomicIntegerArray fetched = new AtomicIntegerArray(3 * 10);
        CountDownLatch complete = new CountDownLatch(2);
        Ahead ahead = (slot, part) -> {
            fetched.incrementAndGet(10 * slot + part);
            if (part == 9) {
                complete.countDown();
            }
            return part < 9;
        };
        for (int round = 0; round < 100; round++) {
            CyclicBarrier all = new CyclicBarrier(3);
            pool.run((chunk, slot) -> await(all), 3, 3, ahead);
            pool.run((chunk, slot) -> await(all), 3, 3);
        }
        assertTrue(complete.await(1, TimeUnit.MINUTES), fetched.toString());
        pool.release();
        for (int i = 0; i < 30; i++) {
            assertEquals(i < 10 ? 0 : 1, fetched.get(i), "part " + i % 10 + " by thread " + i / 10);
        }
    }

    @Test
    void aFailureReachesTheCallerAndThePoolGoesOn() {
        WorkerPool pool = new WorkerPool(3);
        pool.acquire();
        IllegalStateException thrown = assertThrows(IllegalStateException.class, () -> pool.run((chunk, slot) -> {
            if (chunk == 5) {
                throw new ArithmeticException("five");
            }
        }, 20, 3));
        assertTrue(thrown.getMessage().contains("five"), thrown.getMessage());
        AtomicIntegerArray runs = new AtomicIntegerArray(1);
        pool.run((chunk, slot) -> runs.incrementAndGet(0), 20, 3);
        assertEquals(20, runs.get(0));
        pool.release();
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void pinnedThreadsMayRunOnOneCoreEach() throws Exception {
        int cores = Runtime.getRuntime().availableProcessors();
        WorkerPool pool = new WorkerPool(cores);
        pool.acquire();
        String[] allowed = new String[cores];
        CyclicBarrier all = new CyclicBarrier(cores);
        String before = allowedCores();
        String[] after = new String[1];
        Thread caller = Thread.ofPlatform().start(() -> {
            pool.pin();
            pool.run((chunk, slot) -> {
                allowed[slot] = allowedCores();
                await(all);
            }, cores, cores);
            pool.unpin();
            after[0] = allowedCores();
        });
        caller.join();
        pool.release();
        assertEquals(before, after[0]);
        assertEquals(cores, Set.of(allowed).size(), String.join(" ", allowed));
        assertTrue(Stream.of(allowed).allMatch(list -> list.matches("\\d+")), String.join(" ", allowed));
    }

    private static String allowedCores() {
        try (Stream<String> lines = Files.lines(Path.of("/proc/thread-self/status"))) {
            return lines.filter(line -> line.startsWith("Cpus_allowed_list:")).findFirst().orElseThrow().split("\\s+")[1];
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void threadsEndWithTheLastProgram() throws InterruptedException {
        WorkerPool pool = new WorkerPool(3);
        Thread[] seen = new Thread[3];
        pool.acquire();
        pool.acquire();
        CyclicBarrier all = new CyclicBarrier(3);
        pool.run((chunk, slot) -> {
            seen[slot] = Thread.currentThread();
            await(all);
        }, 3, 3);
        pool.release();
        assertTrue(seen[1].isAlive() && seen[2].isAlive());
        pool.release();
        seen[1].join();
        seen[2].join();
        assertFalse(seen[1].isAlive() || seen[2].isAlive());
    }

    private static void await(CyclicBarrier barrier) {
        try {
            barrier.await();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }
}
