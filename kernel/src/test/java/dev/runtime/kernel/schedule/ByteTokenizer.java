package dev.runtime.kernel.schedule;

import dev.runtime.api.text.Detokenizer;
import dev.runtime.api.text.Tokenizer;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.OptionalInt;

/** One token a byte, and a few special ones. */
public final class ByteTokenizer implements Tokenizer {
    public static final int BEGIN = 256;
    public static final int END = 257;
    public static final int MARK = 258;
    public static final int SEPARATOR = 259;

    private static final String[] SPECIAL = {"<s>", "</s>", "<|call|>", "<sep>"};

    private final boolean addsEnd;

    public ByteTokenizer() {
        this(false);
    }

    /** {@code addsEnd}: also puts the separator behind a text, as models that embed do. */
    public ByteTokenizer(boolean addsEnd) {
        this.addsEnd = addsEnd;
    }

    @Override
    public int size() {
        return 256 + SPECIAL.length;
    }

    @Override
    public int[] encode(String text, boolean addSpecial, boolean parseSpecial) {
        int[] ids = new int[text.getBytes(StandardCharsets.UTF_8).length + 2];
        int n = 0;
        if (addSpecial) {
            ids[n++] = BEGIN;
        }
        for (int at = 0; at < text.length(); ) {
            int special = parseSpecial ? specialAt(text, at) : -1;
            if (special >= 0) {
                ids[n++] = 256 + special;
                at += SPECIAL[special].length();
            } else {
                int next = text.offsetByCodePoints(at, 1);
                for (byte b : text.substring(at, next).getBytes(StandardCharsets.UTF_8)) {
                    ids[n++] = b & 0xff;
                }
                at = next;
            }
        }
        if (addSpecial && addsEnd) {
            ids[n++] = SEPARATOR;
        }
        return Arrays.copyOf(ids, n);
    }

    private static int specialAt(String text, int at) {
        for (int i = 0; i < SPECIAL.length; i++) {
            if (text.startsWith(SPECIAL[i], at)) {
                return i;
            }
        }
        return -1;
    }

    @Override
    public byte[] bytes(int token) {
        return token < 256 ? new byte[] {(byte) token} : SPECIAL[token - 256].getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public Kind kind(int token) {
        return token < 256 ? Kind.BYTE : Kind.CONTROL;
    }

    @Override
    public String piece(int token) {
        return token < 256 ? "<" + token + ">" : SPECIAL[token - 256];
    }

    @Override
    public OptionalInt special(String piece) {
        int index = Arrays.asList(SPECIAL).indexOf(piece);
        return index < 0 ? OptionalInt.empty() : OptionalInt.of(256 + index);
    }

    @Override
    public boolean endsGeneration(int token) {
        return token == END;
    }

    @Override
    public OptionalInt begin() {
        return OptionalInt.of(BEGIN);
    }

    @Override
    public OptionalInt end() {
        return OptionalInt.of(addsEnd ? SEPARATOR : END);
    }

    @Override
    public boolean addsBegin() {
        return true;
    }

    @Override
    public boolean addsEnd() {
        return addsEnd;
    }

    @Override
    public String decode(int[] tokens, boolean special) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (int token : tokens) {
            if (special || kind(token) != Kind.CONTROL) {
                out.writeBytes(bytes(token));
            }
        }
        return out.toString(StandardCharsets.UTF_8);
    }

    @Override
    public Detokenizer detokenizer(boolean special) {
        return new Detokenizer() {
            private final ByteArrayOutputStream held = new ByteArrayOutputStream();

            @Override
            public String append(int token) {
                if (!special && kind(token) == Kind.CONTROL) {
                    return "";
                }
                held.writeBytes(bytes(token));
                String text = held.toString(StandardCharsets.UTF_8);
                if (text.endsWith("\ufffd")) {
                    return "";
                }
                held.reset();
                return text;
            }

            @Override
            public int pending() {
                return held.size();
            }

            @Override
            public String finish() {
                held.reset();
                return "";
            }
        };
    }
}
