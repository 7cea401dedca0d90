package dev.runtime.plugin.cli.render;

import java.io.PrintStream;

/**
 * Breaks lines between words while text arrives piece by piece: characters are printed at once, and when a word turns out not to
 * fit, the cursor goes back over it and it is printed again on the next line.
 */
public final class WordWrap {
    private static final int MARGIN = 5;
    private static final int SMALLEST = 10;

    private final PrintStream out;
    private final int limit;
    private final StringBuilder word = new StringBuilder();
    private int wordWidth;
    private int column;

    /** Creates for a terminal of so many columns; fewer than 10 mean no wrapping. */
    public WordWrap(PrintStream out, int columns) {
        this.out = out;
        this.limit = columns < SMALLEST ? Integer.MAX_VALUE : columns - MARGIN;
    }

    public void print(String text) {
        text.codePoints().forEach(this::put);
        out.flush();
    }

    private void put(int c) {
        String s = Character.toString(c);
        int width = width(c);
        if (c == '\n' || c == '\r') {
            endWord();
            column = 0;
            out.print(s);
            return;
        }
        if (column + width > limit) {
            breakLine(c);
        }
        out.print(s);
        column += width;
        if (c == ' ' || c == '\t' || width == 2) {
            endWord();
        } else {
            word.append(s);
            wordWidth += width;
        }
    }

    /** Goes to the next line, with the word begun if it is not too long for that. */
    private void breakLine(int next) {
        if (next == ' ' || wordWidth == 0 || wordWidth > limit - MARGIN) {
            out.print('\n');
            endWord();
            column = 0;
        } else {
            out.print("\u001b[" + wordWidth + "D\u001b[K\n" + word);
            column = wordWidth;
        }
    }

    private void endWord() {
        word.setLength(0);
        wordWidth = 0;
    }

    /** Columns of a character: 2 for East Asian wide ones and emoji. */
    public static int width(int c) {
        boolean wide = c >= 0x1100 && (c <= 0x115f || c >= 0x2e80 && c <= 0xa4cf || c >= 0xac00 && c <= 0xd7a3
                || c >= 0xf900 && c <= 0xfaff || c >= 0xfe30 && c <= 0xfe6f || c >= 0xff00 && c <= 0xff60
                || c >= 0x1f300 && c <= 0x1faff || c >= 0x20000 && c <= 0x3fffd);
        return wide ? 2 : Character.getType(c) == Character.NON_SPACING_MARK ? 0 : 1;
    }
}
