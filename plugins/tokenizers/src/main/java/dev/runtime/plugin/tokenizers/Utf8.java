package dev.runtime.plugin.tokenizers;

import java.nio.charset.StandardCharsets;

/** The encoding UTF-8, where the JDK's coders would allocate or decide otherwise. */
final class Utf8 {
    private Utf8() {}

    /** Writes a code point; returns the end. */
    static int put(int c, byte[] target, int offset) {
        int o = offset;
        if (c < 0x80) {
            target[o++] = (byte) c;
        } else if (c < 0x800) {
            target[o++] = (byte) (0xC0 | c >> 6);
            target[o++] = (byte) (0x80 | c & 0x3F);
        } else if (c < 0x10000) {
            target[o++] = (byte) (0xE0 | c >> 12);
            target[o++] = (byte) (0x80 | c >> 6 & 0x3F);
            target[o++] = (byte) (0x80 | c & 0x3F);
        } else {
            target[o++] = (byte) (0xF0 | c >> 18);
            target[o++] = (byte) (0x80 | c >> 12 & 0x3F);
            target[o++] = (byte) (0x80 | c >> 6 & 0x3F);
            target[o++] = (byte) (0x80 | c & 0x3F);
        }
        return o;
    }

    /**
     * Writes {@code text[from, to)} with another character in place of every blank; unpaired surrogates become U+FFFD.
     *
     * @param target has room for three bytes for every UTF-16 unit
     * @return the end
     */
    static int encode(String text, int from, int to, char blank, byte[] target, int offset) {
        int size = offset;
        for (int i = from; i < to; i++) {
            char c = text.charAt(i);
            if (!Character.isSurrogate(c)) {
                size = put(c == ' ' ? blank : c, target, size);
            } else if (Character.isHighSurrogate(c) && i + 1 < to && Character.isLowSurrogate(text.charAt(i + 1))) {
                size = put(Character.toCodePoint(c, text.charAt(++i)), target, size);
            } else {
                size = put(0xFFFD, target, size);
            }
        }
        return size;
    }

    /** Returns the length of the character that a byte begins: 1 to 4, or 1 for a byte that begins none. */
    static int length(byte first) {
        int b = first & 0xFF;
        return b < 0xC2 || b > 0xF4 ? 1 : b < 0xE0 ? 2 : b < 0xF0 ? 3 : 4;
    }

    /**
     * Looks at the character that starts at an index.
     *
     * @return its length if it is sound and complete; 0 if the bytes up to {@code end} may still become one; minus the number of bytes to
     *     replace by one U+FFFD otherwise
     */
    static int check(byte[] bytes, int index, int end) {
        int first = bytes[index] & 0xFF;
        if (first < 0x80) {
            return 1;
        }
        if (first < 0xC2 || first > 0xF4) {
            return -1;
        }
        int length = length(bytes[index]);
        // the second byte rules out overlong forms, surrogates and what is beyond U+10FFFF
        int low = first == 0xE0 ? 0xA0 : first == 0xF0 ? 0x90 : 0x80;
        int high = first == 0xED ? 0x9F : first == 0xF4 ? 0x8F : 0xBF;
        for (int i = 1; i < length; i++) {
            if (index + i >= end) {
                return 0;
            }
            int b = bytes[index + i] & 0xFF;
            if (b < low || b > high) {
                return -i;
            }
            low = 0x80;
            high = 0xBF;
        }
        return length;
    }

    /**
     * Decodes bytes; each longest run that begins like a character and is none becomes one U+FFFD, as Unicode recommends. The JDK's decoder
     * gives other numbers of them for surrogates, and the result would depend on how a stream is cut.
     */
    static String decode(byte[] bytes, int from, int to) {
        StringBuilder text = null;
        int sound = from; // the start of what was not decoded yet
        for (int i = from; i < to;) {
            int length = check(bytes, i, to);
            if (length <= 0) {
                text = text == null ? new StringBuilder(to - from) : text;
                text.append(new String(bytes, sound, i - sound, StandardCharsets.UTF_8)).append('\uFFFD');
                length = length == 0 ? to - i : -length;
                sound = i + length;
            }
            i += length;
        }
        String rest = new String(bytes, sound, to - sound, StandardCharsets.UTF_8);
        return text == null ? rest : text.append(rest).toString();
    }
}
