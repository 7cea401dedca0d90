package dev.runtime.plugin.tokenizers;

import dev.runtime.api.model.Metadata;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;

/**
 * SentencePiece byte-pair encoding ({@code llama}): blanks become U+2581, and neighbours are merged as long as together they are a token, the
 * highest score first and the leftmost among equals. Characters that are no token become byte tokens.
 */
final class SentencePieceTokenizer extends VocabularyTokenizer {
    private static final int NONE = -1;

    private final ByteStringTable table;
    private final float[] scores;
    private final boolean blankFirst;
    private final int[] ofByte = new int[256];
    private final byte[] byteOf;

    private SentencePieceTokenizer(Vocabulary vocabulary, Frame frame) {
        super(vocabulary, frame);
        this.table = vocabulary.table();
        this.scores = vocabulary.scores();
        this.blankFirst = vocabulary.flag("add_space_prefix", true);
        this.byteOf = ByteTokens.read(vocabulary);
        int unknown = vocabulary.id("unknown_token_id", 0).orElse(NONE);
        for (int b = 0; b < 256; b++) {
            ofByte[b] = ofByte((byte) b, unknown);
        }
    }

    static SentencePieceTokenizer of(Metadata metadata) {
        Vocabulary vocabulary = Vocabulary.of(metadata);
        if (!metadata.has(Vocabulary.PREFIX + "scores")) {
            throw Vocabulary.invalid("scores is missing, without which a SentencePiece vocabulary has no order of merges");
        }
        return new SentencePieceTokenizer(vocabulary, new Frame(vocabulary.id("bos_token_id", 1), vocabulary.id("eos_token_id", 2),
                vocabulary.flag("add_bos_token", true), vocabulary.flag("add_eos_token", false)));
    }

    private int ofByte(byte b, int unknown) {
        byte[] spelling = String.format(Locale.ROOT, "<0x%02X>", b).getBytes(StandardCharsets.US_ASCII);
        int id = table.find(spelling, 0, spelling.length);
        id = id >= 0 ? id : table.find(new byte[] {b}, 0, 1);
        return id >= 0 ? id : unknown;
    }

    @Override
    byte[] plain(int token) {
        return ByteTokens.plain(vocabulary, token, byteOf);
    }

    @Override
    boolean dropsLeadingBlank() {
        return blankFirst;
    }

    @Override
    Encoder encoder() {
        return (text, from, to, afterSpecial, out) -> {
            byte[] bytes = new byte[Math.multiplyExact(to - from + 1, 3)];
            int start = blankFirst && afterSpecial ? Utf8.put(ByteTokens.BLANK, bytes, 0) : 0;
            int length = Utf8.encode(text, from, to, ByteTokens.BLANK, bytes, start);
            new Merging(bytes, length).run(out);
        };
    }

    /** Merges one fragment. Symbols are a linked list over the places in the bytes at which they start. */
    private final class Merging {
        private final byte[] bytes;
        private final int length;
        private final int[] next; // start of the right neighbour; 0 once merged into the left one
        private final int[] previous;
        private final int[] pairs; // the token that a symbol and its right neighbour make, NONE if none
        private final LongHeap heap = new LongHeap(); // score, highest first, << 32 | start

        Merging(byte[] bytes, int length) {
            this.bytes = bytes;
            this.length = length;
            this.next = new int[length];
            this.previous = new int[length];
            this.pairs = new int[length];
        }

        void run(IntList out) {
            Arrays.fill(pairs, NONE);
            int last = -1;
            for (int i = 0; i < length; i = next[i]) {
                next[i] = Math.min(length, i + Utf8.length(bytes[i]));
                previous[i] = last;
                last = i;
            }
            for (int i = 0; i < length; i = next[i]) {
                pair(i);
            }
            while (!heap.isEmpty()) {
                long entry = heap.pop();
                int start = (int) entry;
                // stale if a symbol changed meanwhile; an equal score means that this pair's own entry looks the same
                if (next[start] != 0 && pairs[start] != NONE && key(start) == entry) {
                    apply(start);
                }
            }
            for (int i = 0; i < length; i = next[i]) {
                emit(i, out);
            }
        }

        private void apply(int start) {
            int right = next[start];
            next[start] = next[right];
            next[right] = 0;
            if (next[start] < length) {
                previous[next[start]] = start;
            }
            pair(start);
            if (previous[start] >= 0) {
                pair(previous[start]);
            }
        }

        private void pair(int start) {
            int right = next[start];
            pairs[start] = right < length ? table.find(bytes, start, next[right]) : NONE;
            if (pairs[start] != NONE) {
                heap.push(key(start));
            }
        }

        private long key(int start) {
            int bits = Float.floatToIntBits(scores[pairs[start]] + 0f); // + 0: minus zero is zero
            // ascending ints are descending floats
            int order = bits < 0 ? bits & Integer.MAX_VALUE : ~bits;
            return (long) order << 32 | start;
        }

        private void emit(int start, IntList out) {
            int id = table.find(bytes, start, next[start]);
            if (id != NONE) {
                out.add(id);
                return;
            }
            for (int i = start; i < next[start]; i++) {
                if (ofByte[bytes[i] & 0xFF] != NONE) {
                    out.add(ofByte[bytes[i] & 0xFF]);
                }
            }
        }
    }
}
