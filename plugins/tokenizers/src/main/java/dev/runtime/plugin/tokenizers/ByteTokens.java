package dev.runtime.plugin.tokenizers;

import dev.runtime.api.text.Tokenizer.Kind;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Tokens of SentencePiece vocabularies as bytes: U+2581 is a blank, and a byte token is spelled {@code <0xHH>}. */
final class ByteTokens {
    /** The character that stands for a blank. */
    static final char BLANK = '▁';

    private static final byte[] BLANK_BYTES = Character.toString(BLANK).getBytes(StandardCharsets.UTF_8);

    private ByteTokens() {}

    /**
     * Returns the byte of every byte token, 0 for others.
     *
     * @throws dev.runtime.api.RuntimeFailure with {@code model.file_invalid} for another spelling, such as {@code <0x-1>}
     */
    static byte[] read(Vocabulary vocabulary) {
        byte[] bytes = new byte[vocabulary.size()];
        for (int i = 0; i < bytes.length; i++) {
            if (vocabulary.kind(i) == Kind.BYTE) {
                byte[] s = vocabulary.bytes(i);
                int high = s.length == 6 ? Character.digit(s[3], 16) : -1;
                int low = s.length == 6 ? Character.digit(s[4], 16) : -1;
                if (high < 0 || low < 0 || s[0] != '<' || s[1] != '0' || s[2] != 'x' || s[5] != '>') {
                    throw Vocabulary.invalid("tokens has the byte token " + i + " spelled '" + shown(vocabulary.text(i)) + "', not <0xHH>");
                }
                bytes[i] = (byte) (high << 4 | low);
            }
        }
        return bytes;
    }

    private static String shown(String text) {
        return text.length() > 40 ? text.substring(0, 40) + "…" : text;
    }

    /** Returns what a plain or byte token adds to a text. */
    static byte[] plain(Vocabulary vocabulary, int token, byte[] byteOf) {
        return vocabulary.kind(token) == Kind.BYTE ? new byte[] {byteOf[token]} : blanks(vocabulary.bytes(token));
    }

    /** Returns a spelling with blanks in place of their stand-in. */
    static byte[] blanks(byte[] spelling) {
        byte[] text = new byte[spelling.length];
        int size = 0;
        for (int i = 0; i < spelling.length; i++) {
            if (i + 2 < spelling.length && Arrays.equals(spelling, i, i + 3, BLANK_BYTES, 0, 3)) {
                text[size++] = ' ';
                i += 2;
            } else {
                text[size++] = spelling[i];
            }
        }
        return Arrays.copyOf(text, size);
    }
}
