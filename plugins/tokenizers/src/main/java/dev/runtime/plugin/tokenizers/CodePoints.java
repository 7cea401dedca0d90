package dev.runtime.plugin.tokenizers;

/**
 * A piece of text as code points with their Unicode classes, which the pre-tokenizers scan. Unpaired surrogates become U+FFFD.
 * For one thread; refilled for every piece.
 */
final class CodePoints {
    /** Upper and title case letters. */
    static final int UPPER = 1;
    /** Lower case letters. */
    static final int LOWER = 2;
    /** Letters without case, and modifiers. */
    static final int OTHER = 4;
    /** Combining marks. */
    static final int MARK = 8;
    /** Numbers. */
    static final int NUMBER = 16;
    /** Punctuation. */
    static final int PUNCTUATION = 32;
    /** Symbols. */
    static final int SYMBOL = 64;
    /** Characters of the property White_Space. */
    static final int SPACE = 128;
    /** All letters. */
    static final int LETTER = UPPER | LOWER | OTHER;

    private static final byte[] BASIC_PLANE = new byte[0x10000];

    static {
        for (int c = 0; c < BASIC_PLANE.length; c++) {
            BASIC_PLANE[c] = (byte) classOf(c);
        }
    }

    private int[] points = new int[256];
    private byte[] classes = new byte[256];
    private int size;

    /** Takes {@code text[from, to)}. */
    void fill(String text, int from, int to) {
        if (points.length < to - from) {
            points = new int[to - from];
            classes = new byte[to - from];
        }
        size = 0;
        for (int i = from; i < to; i++) {
            int c = text.charAt(i);
            if (Character.isSurrogate((char) c)) {
                if (Character.isHighSurrogate((char) c) && i + 1 < to && Character.isLowSurrogate(text.charAt(i + 1))) {
                    c = Character.toCodePoint((char) c, text.charAt(++i));
                } else {
                    c = 0xFFFD;
                }
            }
            points[size] = c;
            classes[size++] = c < BASIC_PLANE.length ? BASIC_PLANE[c] : (byte) classOf(c);
        }
    }

    int size() {
        return size;
    }

    int at(int index) {
        return points[index];
    }

    /** Tells whether a code point is of one of the classes; none is beyond {@code end}. */
    boolean is(int index, int end, int mask) {
        return index < end && (classes[index] & mask) != 0;
    }

    /** Tells whether there is a code point that is of none of the classes. */
    boolean isNot(int index, int end, int mask) {
        return index < end && (classes[index] & mask) == 0;
    }

    /** Returns where a run of the classes ends. */
    int run(int from, int end, int mask) {
        int i = from;
        while (i < end && (classes[i] & mask) != 0) {
            i++;
        }
        return i;
    }

    /** Returns where a run of anything but the classes ends. */
    int runNot(int from, int end, int mask) {
        int i = from;
        while (i < end && (classes[i] & mask) == 0) {
            i++;
        }
        return i;
    }

    boolean newline(int index, int end) {
        return index < end && (points[index] == '\n' || points[index] == '\r');
    }

    /** Writes code points as UTF-8; the target has room for four bytes each. Returns the end. */
    int utf8(int from, int to, byte[] target, int offset) {
        int o = offset;
        for (int i = from; i < to; i++) {
            o = Utf8.put(points[i], target, o);
        }
        return o;
    }

    /** Returns the class of a code point; 0 for those of no class, such as controls. */
    static int classOf(int c) {
        return switch (Character.getType(c)) {
            case Character.UPPERCASE_LETTER, Character.TITLECASE_LETTER -> UPPER;
            case Character.LOWERCASE_LETTER -> LOWER;
            case Character.MODIFIER_LETTER, Character.OTHER_LETTER -> OTHER;
            case Character.NON_SPACING_MARK, Character.ENCLOSING_MARK, Character.COMBINING_SPACING_MARK -> MARK;
            case Character.DECIMAL_DIGIT_NUMBER, Character.LETTER_NUMBER, Character.OTHER_NUMBER -> NUMBER;
            case Character.CONNECTOR_PUNCTUATION, Character.DASH_PUNCTUATION, Character.START_PUNCTUATION, Character.END_PUNCTUATION,
                    Character.INITIAL_QUOTE_PUNCTUATION, Character.FINAL_QUOTE_PUNCTUATION, Character.OTHER_PUNCTUATION -> PUNCTUATION;
            case Character.MATH_SYMBOL, Character.CURRENCY_SYMBOL, Character.MODIFIER_SYMBOL, Character.OTHER_SYMBOL -> SYMBOL;
            case Character.SPACE_SEPARATOR, Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR -> SPACE;
            default -> c >= 9 && c <= 13 || c == 0x85 ? SPACE : 0;
        };
    }
}
