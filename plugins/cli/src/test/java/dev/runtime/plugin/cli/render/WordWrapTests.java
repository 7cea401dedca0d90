package dev.runtime.plugin.cli.render;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;

class WordWrapTests {
    @Test
    void aWordThatDoesNotFitMovesToTheNextLine() {
        assertEquals("one two three\nfour five", screen("one two three four five", 20, 1));
    }

    @Test
    void linesOfTheTextStay() {
        assertEquals("a\n\nb", screen("a\n\nb", 20, 1));
    }

    @Test
    void aWordLongerThanALineIsBroken() {
        assertEquals("abcdefghijklmno\npqrstuvwxyz", screen("abcdefghijklmnopqrstuvwxyz", 20, 1));
    }

    @Test
    void wideCharactersCountTwo() {
        assertEquals("日本語日本語日\n本語", screen("日本語日本語日本語", 20, 1));
    }

    @Test
    void withoutATerminalNothingIsAdded() {
        String text = "word ".repeat(100);
        assertEquals(text, raw(text, 0, 7));
    }

    @Test
    void theSplitOfTheTextDoesNotMatter() {
        Random random = new Random(5);
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < 300; i++) {
            text.append("x".repeat(1 + random.nextInt(14))).append(random.nextInt(12) == 0 ? "\n" : " ");
        }
        String whole = screen(text.toString(), 30, 1 << 20);
        assertEquals(whole, screen(text.toString(), 30, 1));
        assertEquals(whole, screen(text.toString(), 30, 3));
        assertTrue(whole.lines().allMatch(line -> line.length() <= 26), whole);
    }

    private static String raw(String text, int columns, int piece) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        WordWrap wrap = new WordWrap(new PrintStream(bytes, false, StandardCharsets.UTF_8), columns);
        for (int i = 0; i < text.length(); i += piece) {
            wrap.print(text.substring(i, Math.min(text.length(), i + piece)));
        }
        return bytes.toString(StandardCharsets.UTF_8);
    }

    /** What a terminal shows: obeys "n columns left" and "erase to the end of the line"; blanks at line ends do not show. */
    private static String screen(String text, int columns, int piece) {
        StringBuilder shown = new StringBuilder();
        String raw = raw(text, columns, piece);
        for (int i = 0; i < raw.length(); i++) {
            if (raw.charAt(i) == '\u001b') {
                int end = i + 2;
                while (Character.isDigit(raw.charAt(end))) {
                    end++;
                }
                if (raw.charAt(end) == 'D') {
                    shown.setLength(shown.length() - Integer.parseInt(raw.substring(i + 2, end)));
                }
                i = end;
            } else {
                shown.append(raw.charAt(i));
            }
        }
        return String.join("\n", shown.toString().lines().map(String::stripTrailing).toList());
    }
}
