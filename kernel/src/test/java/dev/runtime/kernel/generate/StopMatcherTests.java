package dev.runtime.kernel.generate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class StopMatcherTests {
    @Test
    void passesTextOnAtOnceWithoutStops() {
        StopMatcher matcher = new StopMatcher(List.of());
        assertEquals("abc", matcher.accept("abc"));
        assertEquals("", matcher.finish());
        assertFalse(matcher.matched());
    }

    @Test
    void cutsBeforeAStopAcrossPieces() {
        StopMatcher matcher = new StopMatcher(List.of("STOP"));
        assertEquals("a ", matcher.accept("a S"));
        assertEquals("", matcher.accept("TO"));
        assertEquals("", matcher.accept("P more"));
        assertTrue(matcher.matched());
        assertEquals(2, matcher.released());
        assertEquals("", matcher.accept("and more"));
        assertEquals("", matcher.finish());
    }

    @Test
    void holdsBackOnlyWhatMayBecomeAStop() {
        StopMatcher matcher = new StopMatcher(List.of("STOP"));
        assertEquals("", matcher.accept("ST"));
        assertEquals("STA", matcher.accept("A"));
        assertEquals("x", matcher.accept("xS"));
        assertEquals("S", matcher.finish());
    }

    @Test
    void earliestPositionCountsNotTheOrderOfTheList() {
        StopMatcher matcher = new StopMatcher(List.of("b", "a"));
        assertEquals("x", matcher.accept("xab"));
        assertTrue(matcher.matched());
    }

    @Test
    void waitsForALongerStopThatBeganEarlier() {
        StopMatcher whole = new StopMatcher(List.of("bc", "abcd"));
        assertEquals("", whole.accept("abc"));
        assertEquals("", whole.accept("d"));
        assertTrue(whole.matched());

        StopMatcher other = new StopMatcher(List.of("bc", "abcd"));
        assertEquals("", other.accept("abc"));
        assertEquals("a", other.accept("e"));
        assertTrue(other.matched());

        StopMatcher ended = new StopMatcher(List.of("bc", "abcd"));
        ended.accept("abc");
        assertEquals("a", ended.finish());
        assertTrue(ended.matched());
    }

    @Test
    void anySplitGivesWhatTheWholeTextGives() {
        Random random = new Random(7);
        for (int round = 0; round < 20_000; round++) {
            List<String> stops = new ArrayList<>();
            for (int i = random.nextInt(4); i >= 0; i--) {
                stops.add(letters(random, 1 + random.nextInt(4)));
            }
            String text = letters(random, random.nextInt(30));
            String expected = reference(text, stops);
            StopMatcher matcher = new StopMatcher(stops);
            StringBuilder found = new StringBuilder();
            for (int at = 0; at < text.length() && !matcher.matched(); ) {
                int end = Math.min(text.length(), at + random.nextInt(5));
                found.append(matcher.accept(text.substring(at, end)));
                at = end;
            }
            found.append(matcher.finish());
            assertEquals(expected, found.toString(), () -> text + " with " + stops);
            assertEquals(expected.length() < text.length(), matcher.matched(), () -> text + " with " + stops);
            assertEquals(found.length(), matcher.released());
        }
    }

    private static String reference(String text, List<String> stops) {
        int first = stops.stream().mapToInt(text::indexOf).filter(i -> i >= 0).min().orElse(text.length());
        return text.substring(0, first);
    }

    private static String letters(Random random, int length) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < length; i++) {
            text.append((char) ('a' + random.nextInt(3)));
        }
        return text.toString();
    }
}
