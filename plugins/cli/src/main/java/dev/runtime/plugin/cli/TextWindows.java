package dev.runtime.plugin.cli;

import dev.runtime.api.text.Tokenizer;
import java.io.IOException;
import java.io.Reader;
import java.util.Arrays;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Cuts a text into windows of tokens while it is read: window i has the tokens from {@code i * step} on. A model that wants a begin token
 * gets it in place of each window's first token. What is left at the end and fills no window is dropped.
 *
 * <p>The text is encoded in large pieces that end after a line, so memory does not grow with it; where two pieces meet, some tokenizers
 * would have joined what stands on both sides. For one thread.
 */
final class TextWindows {
    /** Characters of a piece: any text that is commonly measured is one piece. */
    static final int PIECE = 1 << 22;

    private final Reader text;
    private final Tokenizer tokenizer;
    private final boolean special;
    private final OptionalInt begin;
    private final int size;
    private final int step;
    private final char[] piece;
    private int chars;
    private boolean ended;
    private int[] tokens = new int[0];
    private int first;
    private int count;
    private long read;
    private long windows;

    /** Creates windows; {@code special} tells whether text that spells a control token is that token. */
    TextWindows(Reader text, Tokenizer tokenizer, boolean special, int size, int step) {
        this(text, tokenizer, special, size, step, PIECE);
    }

    TextWindows(Reader text, Tokenizer tokenizer, boolean special, int size, int step, int pieceChars) {
        this.text = text;
        this.tokenizer = tokenizer;
        this.special = special;
        this.size = size;
        this.step = step;
        piece = new char[pieceChars];
        begin = tokenizer.addsBegin() ? tokenizer.begin() : OptionalInt.empty();
        begin.ifPresent(token -> append(new int[] {token}));
    }

    /** Returns the next window, or nothing at the end. */
    Optional<int[]> next() throws IOException {
        while (count - first < size && !ended) {
            readPiece();
        }
        if (count - first < size) {
            return Optional.empty();
        }
        int[] window = Arrays.copyOfRange(tokens, first, first + size);
        begin.ifPresent(token -> window[0] = token);
        first += step;
        windows++;
        return Optional.of(window);
    }

    /** Returns the tokens of the text that was read so far. */
    long tokens() {
        return read;
    }

    /** Returns the number of all windows, once the end of the text was read. */
    Optional<Long> total() {
        return ended ? Optional.of(windows + (count - first < size ? 0 : (count - first - size) / step + 1)) : Optional.empty();
    }

    private void readPiece() throws IOException {
        while (chars < piece.length && !ended) {
            int n = text.read(piece, chars, piece.length - chars);
            ended = n < 0;
            chars += Math.max(n, 0);
        }
        int end = ended ? chars : lastCut();
        int[] encoded = tokenizer.encode(new String(piece, 0, end), false, special);
        read += encoded.length;
        append(encoded);
        System.arraycopy(piece, end, piece, 0, chars - end);
        chars -= end;
    }

    /** Returns where to cut a full piece: before the last line that begins with a visible character; without one, between characters. */
    private int lastCut() {
        for (int i = chars - 1; i > 0; i--) {
            if (piece[i - 1] == '\n' && !Character.isWhitespace(piece[i])) {
                return i;
            }
        }
        return Character.isHighSurrogate(piece[chars - 1]) ? chars - 1 : chars;
    }

    private void append(int[] more) {
        // a step may be longer than what was read
        int kept = Math.max(0, count - first);
        int[] joined = new int[Math.addExact(kept, more.length)];
        System.arraycopy(tokens, count - kept, joined, 0, kept);
        System.arraycopy(more, 0, joined, kept, more.length);
        first = Math.max(0, first - count);
        tokens = joined;
        count = joined.length;
    }
}
