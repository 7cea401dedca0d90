package dev.runtime.kernel.testing;

import dev.runtime.api.model.Metadata;
import dev.runtime.api.text.Detokenizer;
import dev.runtime.api.text.Tokenizer;
import dev.runtime.api.text.TokenizerFactory;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.OptionalInt;
import java.util.stream.IntStream;

/** One token a byte, and the four marks of {@link FakeLanguage}, spelled {@code <unk> <s> </s> <go>}. */
public final class FakeTokenizer implements Tokenizer {
    private static final String[] MARKS = {"<unk>", "<s>", "</s>", "<go>"};

    private final boolean addsBegin;

    /** Creates one; {@code fake.add_begin} in the metadata makes it put the begin token first. */
    public FakeTokenizer(Metadata metadata) {
        addsBegin = metadata.flag("fake.add_begin", false);
    }

    /** Makes them for every fake model. */
    public static final class Factory implements TokenizerFactory {
        @Override
        public boolean accepts(Metadata metadata) {
            return metadata.string("general.architecture").filter(a -> a.startsWith("fake")).isPresent();
        }

        @Override
        public Tokenizer create(Metadata metadata) {
            return new FakeTokenizer(metadata);
        }
    }

    @Override
    public int size() {
        return FakeLanguage.VOCABULARY;
    }

    @Override
    public int[] encode(String text, boolean addSpecial, boolean parseSpecial) {
        IntStream.Builder ids = IntStream.builder();
        if (addSpecial && addsBegin) {
            ids.add(FakeLanguage.BEGIN);
        }
        int at = 0;
        while (at < text.length()) {
            int mark = parseSpecial ? markAt(text, at) : -1;
            if (mark >= 0) {
                ids.add(mark);
                at += MARKS[mark].length();
            } else {
                int end = text.offsetByCodePoints(at, 1);
                for (byte b : text.substring(at, end).getBytes(StandardCharsets.UTF_8)) {
                    ids.add(FakeLanguage.FIRST_BYTE + (b & 0xFF));
                }
                at = end;
            }
        }
        return ids.build().toArray();
    }

    private static int markAt(String text, int at) {
        for (int i = 0; i < MARKS.length; i++) {
            if (text.startsWith(MARKS[i], at)) {
                return i;
            }
        }
        return -1;
    }

    @Override
    public byte[] bytes(int token) {
        return token < FakeLanguage.FIRST_BYTE ? MARKS[token].getBytes(StandardCharsets.UTF_8)
                : new byte[] {(byte) (token - FakeLanguage.FIRST_BYTE)};
    }

    @Override
    public Kind kind(int token) {
        return token == FakeLanguage.UNKNOWN ? Kind.UNKNOWN : token < FakeLanguage.FIRST_BYTE ? Kind.CONTROL : Kind.BYTE;
    }

    @Override
    public String piece(int token) {
        return token < FakeLanguage.FIRST_BYTE ? MARKS[token] : "<0x%02X>".formatted(token - FakeLanguage.FIRST_BYTE);
    }

    @Override
    public OptionalInt special(String piece) {
        int mark = markAt(piece, 0);
        return mark >= 0 && MARKS[mark].equals(piece) ? OptionalInt.of(mark) : OptionalInt.empty();
    }

    @Override
    public boolean endsGeneration(int token) {
        return token == FakeLanguage.END;
    }

    @Override
    public OptionalInt begin() {
        return OptionalInt.of(FakeLanguage.BEGIN);
    }

    @Override
    public OptionalInt end() {
        return OptionalInt.of(FakeLanguage.END);
    }

    @Override
    public boolean addsBegin() {
        return addsBegin;
    }

    @Override
    public boolean addsEnd() {
        return false;
    }

    @Override
    public String decode(int[] tokens, boolean special) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        for (int token : tokens) {
            if (special || token >= FakeLanguage.FIRST_BYTE) {
                bytes.writeBytes(bytes(token));
            }
        }
        return bytes.toString(StandardCharsets.UTF_8);
    }

    @Override
    public Detokenizer detokenizer(boolean special) {
        return new Detokenizer() {
            private final ByteArrayOutputStream held = new ByteArrayOutputStream();
            private int missing;

            @Override
            public String append(int token) {
                if (token < FakeLanguage.FIRST_BYTE) {
                    return special ? MARKS[token] : "";
                }
                int b = token - FakeLanguage.FIRST_BYTE;
                boolean follows = (b & 0xC0) == 0x80;
                if (!follows || missing == 0) {
                    held.reset();
                    missing = b < 0x80 ? 0 : b >= 0xC2 && b < 0xE0 ? 1 : b >= 0xE0 && b < 0xF0 ? 2 : b >= 0xF0 && b < 0xF5 ? 3 : -1;
                } else {
                    missing--;
                }
                held.write(b);
                if (missing > 0) {
                    return "";
                }
                String text = missing == 0 ? held.toString(StandardCharsets.UTF_8) : "";
                missing = 0;
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
                missing = 0;
                return "";
            }
        };
    }
}
