package dev.runtime.plugin.tokenizers;

import dev.runtime.api.text.Detokenizer;
import java.util.Arrays;

/**
 * Gathers the bytes of tokens and gives out whole characters. Bytes that can no longer become a character turn into U+FFFD at once; at most
 * three bytes are held back.
 */
final class StreamingDetokenizer implements Detokenizer {
    private final VocabularyTokenizer tokenizer;
    private final boolean special;
    private byte[] buffer = new byte[64];
    private int size;

    StreamingDetokenizer(VocabularyTokenizer tokenizer, boolean special) {
        this.tokenizer = tokenizer;
        this.special = special;
    }

    @Override
    public String append(int token) {
        if (!special && tokenizer.hidden(token)) {
            return "";
        }
        byte[] bytes = tokenizer.bytes(token);
        if (size + bytes.length > buffer.length) {
            buffer = Arrays.copyOf(buffer, size + bytes.length);
        }
        System.arraycopy(bytes, 0, buffer, size, bytes.length);
        size += bytes.length;
        int complete = complete();
        String text = Utf8.decode(buffer, 0, complete);
        System.arraycopy(buffer, complete, buffer, 0, size - complete);
        size -= complete;
        return text;
    }

    @Override
    public int pending() {
        return size;
    }

    @Override
    public String finish() {
        size = 0;
        return "";
    }

    /** Returns how many bytes can be given out. */
    private int complete() {
        int i = 0;
        while (i < size) {
            int length = Utf8.check(buffer, i, size);
            if (length == 0) {
                return i;
            }
            i += Math.abs(length);
        }
        return i;
    }
}
