package dev.runtime.kernel.constrain;

import java.nio.charset.StandardCharsets;

/**
 * Ranges of characters as sequences of ranges of bytes. A range is cut where the number of bytes changes, and then until all bytes but
 * the first that differ run over their whole range; so a byte automaton needs no look-ahead.
 */
final class Utf8Ranges {
    private static final int[] LAST_OF_LENGTH = {0x7F, 0x7FF, 0xFFFF, CodePoints.LAST};

    private Utf8Ranges() {}

    /** Takes sequences of ranges. */
    interface Taker {
        /** Takes the lowest and the highest value of each byte, of equal length. */
        void sequence(byte[] low, byte[] high);
    }

    static void split(CodePoints set, Taker taker) {
        for (int i = 0; i < set.bounds().length; i += 2) {
            split(set.bounds()[i], set.bounds()[i + 1], taker);
        }
    }

    private static void split(int first, int last, Taker taker) {
        for (int limit : LAST_OF_LENGTH) {
            if (first <= limit && limit < last) {
                split(first, limit, taker);
                split(limit + 1, last, taker);
                return;
            }
        }
        // the lower 6, 12 or 18 bits are those of the last 1, 2 or 3 bytes
        for (int bits = 6; bits <= 18 && last > 0x7F; bits += 6) {
            int mask = (1 << bits) - 1;
            if ((first & ~mask) != (last & ~mask)) {
                if ((first & mask) != 0) {
                    split(first, first | mask, taker);
                    split((first | mask) + 1, last, taker);
                    return;
                }
                if ((last & mask) != mask) {
                    split(first, (last & ~mask) - 1, taker);
                    split(last & ~mask, last, taker);
                    return;
                }
            }
        }
        taker.sequence(bytes(first), bytes(last));
    }

    private static byte[] bytes(int c) {
        return Character.toString(c).getBytes(StandardCharsets.UTF_8);
    }
}
