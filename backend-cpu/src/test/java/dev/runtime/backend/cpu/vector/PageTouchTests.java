package dev.runtime.backend.cpu.vector;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.junit.jupiter.api.Test;

class PageTouchTests {
    private static final int PAGE = 4096;

    @Test
    void readsTheFirstLineOfEachPageOnceAndNothingBehindTheEnd() {
        try (Arena arena = Arena.ofConfined()) {
            int pages = 8;
            MemorySegment memory = arena.allocate(pages * PAGE, PAGE);
            for (int page = 0; page < pages; page++) {
                memory.set(ValueLayout.JAVA_SHORT, (long) PAGE * page, (short) (1 << page));
            }
            for (int stretch : new int[] {64, 288, 576, 768, 1088, PAGE}) {
                int seen = 0;
                int end = pages * PAGE / stretch * stretch;
                memory.set(ValueLayout.JAVA_SHORT, end - 2L, (short) 1000);
                for (int at = 0; at < end; at += stretch) {
                    seen += PageTouch.ahead(memory.address() + at, stretch, memory.address() + end);
                }
                // pages 2 to 7, and the last two bytes where the two pages behind the end would be
                assertEquals(0b1111_1100 + 2 * 1000, seen, "stretches of " + stretch);
                memory.set(ValueLayout.JAVA_SHORT, end - 2L, (short) 0);
            }
        }
    }
}
