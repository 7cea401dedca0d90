package dev.runtime.backend.cpu.ffi;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What is promised is counted until it is made or given up, and is zeroed memory in every state. */
final class LatePagesTests {
    private static final long SLICE = 4L << 20;

    @Test
    void pages_come_by_themselves() throws InterruptedException {
        long before = LatePages.missing();
        CountDownLatch slices = new CountDownLatch(3);
        try (Arena arena = Arena.ofShared(); LatePages pages = new LatePages(arena, 2 * SLICE + 77, () -> {
            slices.countDown();
            return false;
        })) {
            assertTrue(slices.await(60, TimeUnit.SECONDS));
            assertEquals(before, LatePages.missing());
            assertZero(arena, pages.memory(), 2 * SLICE + 77);
        }
        assertEquals(before, LatePages.missing());
    }

    @Test
    void closing_gives_up_the_rest_while_steps_run() throws InterruptedException {
        long before = LatePages.missing();
        CountDownLatch first = new CountDownLatch(1);
        try (Arena arena = Arena.ofShared()) {
            LatePages pages = new LatePages(arena, 64 * SLICE, () -> {
                first.countDown();
                return true;
            });
            assertTrue(LatePages.missing() > before);
            assertTrue(first.await(60, TimeUnit.SECONDS));
            assertTrue(LatePages.missing() < before + 64 * SLICE);
            pages.close();
            assertEquals(before, LatePages.missing());
            pages.close();
            assertEquals(before, LatePages.missing());
            assertZero(arena, pages.memory(), 64 * SLICE);
        }
    }

    @Test
    void a_few_bytes_are_a_line() {
        try (Arena arena = Arena.ofShared(); LatePages pages = new LatePages(arena, 1, () -> false)) {
            assertZero(arena, pages.memory(), 64);
        }
    }

    private static void assertZero(Arena arena, MemorySegment memory, long bytes) {
        assertEquals(bytes, memory.byteSize());
        assertEquals(-1, memory.mismatch(arena.allocate(bytes)));
        memory.set(ValueLayout.JAVA_BYTE, bytes - 1, (byte) 1);
    }
}
