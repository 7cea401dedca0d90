package dev.runtime.plugin.format.safetensors.tokens;

import dev.runtime.api.ErrorCode;
import dev.runtime.api.RuntimeFailure;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalLong;

/** Tokens by number, in the making. Numbers nobody gave a text become unused tokens. For one thread. */
final class Vocabulary {
    static final int NORMAL = 1;
    static final int UNKNOWN = 2;
    static final int CONTROL = 3;
    static final int USER_DEFINED = 4;
    static final int UNUSED = 5;
    static final int BYTE = 6;

    /** More than any model has. */
    private static final int MOST = 1 << 21;

    private final Map<String, Integer> numbers = new HashMap<>();
    private String[] texts = new String[1 << 12];
    private long[] types = new long[1 << 12];
    private float[] scores = new float[1 << 12];
    private int size;

    /** Sets a token; one that has the number already is replaced. */
    void set(long number, String text, int type, float score) {
        if (number < 0 || number >= MOST) {
            throw new RuntimeFailure(ErrorCode.MODEL_FILE_INVALID, "the vocabulary has a token of the number " + number
                    + ", allowed are 0 to " + (MOST - 1));
        }
        int n = (int) number;
        if (n >= texts.length) {
            int room = Math.max(n + 1, 2 * texts.length);
            texts = Arrays.copyOf(texts, room);
            types = Arrays.copyOf(types, room);
            scores = Arrays.copyOf(scores, room);
        }
        texts[n] = text;
        types[n] = type;
        scores[n] = score;
        numbers.put(text, n);
        size = Math.max(size, n + 1);
    }

    /** Changes a token's type, if there is such a token. */
    void type(String text, int type) {
        Integer number = numbers.get(text);
        if (number != null) {
            types[number] = type;
        }
    }

    int size() {
        return size;
    }

    OptionalLong number(String text) {
        Integer number = numbers.get(text);
        return number == null ? OptionalLong.empty() : OptionalLong.of(number);
    }

    boolean has(long number) {
        return number >= 0 && number < size && texts[(int) number] != null;
    }

    String text(int number) {
        return texts[number];
    }

    /** Fills numbers without a text, up to as many as the embeddings have rows, with unused tokens. */
    void fill(long rows) {
        for (int n = 0; n < Math.min(rows, MOST); n++) {
            if (!has(n)) {
                set(n, "[PAD" + n + "]", UNUSED, 0);
            }
        }
    }

    byte[][] texts() {
        byte[][] bytes = new byte[size][];
        for (int n = 0; n < size; n++) {
            bytes[n] = texts[n].getBytes(StandardCharsets.UTF_8);
        }
        return bytes;
    }

    long[] types() {
        return Arrays.copyOf(types, size);
    }

    float[] scores() {
        return Arrays.copyOf(scores, size);
    }
}
