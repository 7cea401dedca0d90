package dev.runtime.kernel.testing;

import dev.runtime.api.model.Metadata;
import dev.runtime.api.text.Detokenizer;
import dev.runtime.api.text.Tokenizer;
import dev.runtime.api.text.TokenizerFactory;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.OptionalInt;
import java.util.stream.IntStream;

/** One token a byte, and the four marks of {@link FakeLanguage}, spelled {@code <s> </s> <go> <sep>}. */
public final class FakeTokenizer implements Tokenizer {
    private static final String[] MARKS = {"<s>", "</s>", "<go>", "<sep>"};

    private final boolean addsBegin;
    private final boolean addsEnd;
    private final String firstMark;

    /** Creates one that puts the begin token before a text, the separator behind it, or both. */
    public FakeTokenizer(boolean addsBegin, boolean addsEnd) {
        this(addsBegin, addsEnd, MARKS[0]);
    }

    private FakeTokenizer(boolean addsBegin, boolean addsEnd, String firstMark) {
        this.addsBegin = addsBegin;
        this.addsEnd = addsEnd;
        this.firstMark = firstMark;
    }

    /** Creates one; {@code fake.add_begin} in the metadata makes it put the begin token first, {@code fake.marks} spells that token otherwise. */
    public FakeTokenizer(Metadata metadata) {
        this(metadata.flag("fake.add_begin", false), false, metadata.string("fake.marks").orElse(MARKS[0]));
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
                ids.add(FakeLanguage.BEGIN + mark);
                at += MARKS[mark].length();
            } else {
                int end = text.offsetByCodePoints(at, 1);
                for (byte b : text.substring(at, end).getBytes(StandardCharsets.UTF_8)) {
                    ids.add(b & 0xFF);
                }
                at = end;
            }
        }
        if (addSpecial && addsEnd) {
            ids.add(FakeLanguage.SEPARATOR);
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
        return token < FakeLanguage.BEGIN ? new byte[] {(byte) token} : piece(token).getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public Kind kind(int token) {
        return token < FakeLanguage.BEGIN ? Kind.BYTE : Kind.CONTROL;
    }

    @Override
    public String piece(int token) {
        return token < FakeLanguage.BEGIN ? "<0x%02X>".formatted(token) : token == FakeLanguage.BEGIN ? firstMark : MARKS[token - FakeLanguage.BEGIN];
    }

    @Override
    public OptionalInt special(String piece) {
        int mark = markAt(piece, 0);
        return mark >= 0 && MARKS[mark].equals(piece) ? OptionalInt.of(FakeLanguage.BEGIN + mark) : OptionalInt.empty();
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
        return OptionalInt.of(addsEnd ? FakeLanguage.SEPARATOR : FakeLanguage.END);
    }

    @Override
    public boolean addsBegin() {
        return addsBegin;
    }

    @Override
    public boolean addsEnd() {
        return addsEnd;
    }

    @Override
    public String decode(int[] tokens, boolean special) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        for (int token : tokens) {
            if (special || token < FakeLanguage.BEGIN) {
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
                if (token >= FakeLanguage.BEGIN) {
                    return special ? piece(token) : "";
                }
                boolean follows = (token & 0xC0) == 0x80;
                if (!follows || missing == 0) {
                    held.reset();
                    missing = token < 0x80 ? 0 : token < 0xC2 || token > 0xF4 ? -1 : token < 0xE0 ? 1 : token < 0xF0 ? 2 : 3;
                } else {
                    missing--;
                }
                held.write(token);
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
