package dev.runtime.plugin.tokenizers;

import java.util.Arrays;

/**
 * The alphabet in which byte-level vocabularies spell bytes: printable Latin-1 stands for itself, the other 68 bytes are U+0100 onwards in
 * increasing order.
 */
final class ByteAlphabet {
    private static final int[] BYTE_OF = new int[0x100 + 68];

    static {
        Arrays.fill(BYTE_OF, -1);
        int next = 0x100;
        for (int b = 0; b < 256; b++) {
            boolean itself = b >= 0x21 && b <= 0x7E || b >= 0xA1 && b <= 0xAC || b >= 0xAE;
            BYTE_OF[itself ? b : next++] = b;
        }
    }

    private ByteAlphabet() {}

    /**
     * Turns a spelling into the bytes it stands for, written from {@code offset} on.
     *
     * @param target has at least as much room as the spelling
     * @return the end of what was written; -1 if a character is not of the alphabet
     */
    static int decode(byte[] spelling, int from, int to, byte[] target, int offset) {
        int size = offset;
        for (int i = from; i < to; i++) {
            int c = spelling[i] & 0xFF;
            if (c >= 0x80) {
                // all letters of the alphabet have one or two bytes: U+0080 to U+0143
                if (c < 0xC2 || c > 0xC5 || i + 1 >= to || (spelling[i + 1] & 0xC0) != 0x80) {
                    return -1;
                }
                c = (c & 0x1F) << 6 | spelling[++i] & 0x3F;
            }
            if (c >= BYTE_OF.length || BYTE_OF[c] < 0) {
                return -1;
            }
            target[size++] = (byte) BYTE_OF[c];
        }
        return size;
    }

    /** Turns a spelling into bytes; characters that are not of the alphabet stay as they are. */
    static byte[] decodeLeniently(byte[] spelling) {
        byte[] target = new byte[spelling.length];
        int size = 0;
        for (int i = 0; i < spelling.length;) {
            int length = Math.min(Utf8.length(spelling[i]), spelling.length - i);
            int b = byteOf(spelling, i, length);
            if (b >= 0) {
                target[size++] = (byte) b;
            } else {
                System.arraycopy(spelling, i, target, size, length);
                size += length;
            }
            i += length;
        }
        return Arrays.copyOf(target, size);
    }

    private static int byteOf(byte[] spelling, int at, int length) {
        int c = length == 1 ? spelling[at] & 0xFF : length == 2 ? (spelling[at] & 0x1F) << 6 | spelling[at + 1] & 0x3F : Integer.MAX_VALUE;
        boolean character = length == 2 || spelling[at] >= 0;
        return character && c < BYTE_OF.length ? BYTE_OF[c] : -1;
    }
}
