package dev.runtime.kernel.generate;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.runtime.api.ErrorCode;
import dev.runtime.api.RuntimeFailure;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PromptTruncationTests {
    private final Notes notes = new Notes(false);

    @Test
    void promptThatLeavesOnePlaceIsUnchanged() {
        int[] prompt = tokens(7);
        assertSame(prompt, PromptTruncation.fit(prompt, 8, 4, true, true, notes));
        assertTrue(notes.texts().isEmpty());
    }

    @Test
    void cutsTheMiddleToTheSizeAfterOneShift() {
        int keep = PromptTruncation.keep(4, 0, 5000, 2048);
        int[] cut = PromptTruncation.fit(tokens(5000), 2048, keep, true, true, notes);
        assertEquals(1026, cut.length);
        assertArrayEquals(new int[] {0, 1, 2, 3}, java.util.Arrays.copyOf(cut, 4));
        assertEquals(5000 - 1022, cut[4]);
        assertEquals(4999, cut[1025]);
        assertEquals(1, notes.texts().size());
    }

    @Test
    void beginTokenIsKeptBesides() {
        assertEquals(5, PromptTruncation.keep(4, 1, 100, 64));
        assertEquals(63, PromptTruncation.keep(-1, 1, 100, 64));
        assertEquals(63, PromptTruncation.keep(Integer.MAX_VALUE, 1, 100, 64));
        assertEquals(0, PromptTruncation.keep(0, 0, 100, 64));
    }

    @Test
    void keepingAllStillLeavesAPlace() {
        int[] cut = PromptTruncation.fit(tokens(100), 64, PromptTruncation.keep(-1, 1, 100, 64), true, true, notes);
        assertEquals(63, cut.length);
        assertEquals(62, cut[62]);
    }

    @Test
    void refusesWithTheCounts() {
        RuntimeFailure whole = assertThrows(
                RuntimeFailure.class, () -> PromptTruncation.fit(tokens(100), 64, 4, false, true, notes));
        assertEquals(ErrorCode.CONTEXT_EXCEEDED, whole.code());
        assertTrue(whole.getMessage().contains("100") && whole.getMessage().contains("64"), whole.getMessage());
        RuntimeFailure fixed = assertThrows(
                RuntimeFailure.class, () -> PromptTruncation.fit(tokens(100), 64, 4, true, false, notes));
        assertTrue(fixed.getMessage().startsWith("the prompt is longer than the context length currently available to the model"));
    }

    private static int[] tokens(int n) {
        return IntStream.range(0, n).toArray();
    }
}
