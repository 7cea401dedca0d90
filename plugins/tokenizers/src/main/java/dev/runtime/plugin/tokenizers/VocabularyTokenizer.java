package dev.runtime.plugin.tokenizers;

import dev.runtime.api.text.Detokenizer;
import dev.runtime.api.text.Tokenizer;
import java.io.ByteArrayOutputStream;
import java.util.OptionalInt;

/**
 * What all tokenizers share: finding special tokens, the tokens around a text, and the way back to text. A subclass encodes the text
 * between special tokens and says what bytes a token stands for.
 */
abstract class VocabularyTokenizer implements Tokenizer {
    /**
     * The tokens put around a text.
     *
     * @param begin the first; empty if the model has none
     * @param end the last; empty if the model has none
     * @param addsBegin whether the first is added
     * @param addsEnd whether the last is added
     */
    record Frame(OptionalInt begin, OptionalInt end, boolean addsBegin, boolean addsEnd) {
        Frame {
            addsBegin &= begin.isPresent();
            addsEnd &= end.isPresent();
        }
    }

    /** Encodes the fragments of one text. For one thread. */
    interface Encoder {
        /**
         * Encodes {@code text[from, to)}, which is not empty.
         *
         * @param afterSpecial whether the fragment begins the text or follows a special token
         */
        void encode(String text, int from, int to, boolean afterSpecial, IntList out);
    }

    private static final byte[] NOTHING = {};

    final Vocabulary vocabulary;
    private final SpecialTokens specials;
    private final Frame frame;
    private final byte[][] plain; // what plain tokens stand for, as far as it was asked for

    VocabularyTokenizer(Vocabulary vocabulary, Frame frame) {
        this.vocabulary = vocabulary;
        this.frame = frame;
        this.plain = new byte[vocabulary.size()][];
        this.specials = new SpecialTokens(vocabulary, StripRules.of(vocabulary.metadata()));
    }

    /** Returns an encoder with its own working memory. */
    abstract Encoder encoder();

    /** Returns the bytes of a token that is plain text. */
    abstract byte[] plain(int token);

    /** (optional) Tells whether the first token of a whole text loses a leading blank; the default says no. */
    boolean dropsLeadingBlank() {
        return false;
    }

    @Override
    public final int size() {
        return vocabulary.size();
    }

    @Override
    public final int[] encode(String text, boolean addSpecial, boolean parseSpecial) {
        IntList out = new IntList();
        if (addSpecial && frame.addsBegin()) {
            out.add(frame.begin().getAsInt());
        }
        Encoder encoder = encoder();
        specials.split(text, parseSpecial, new SpecialTokens.Sink() {
            private boolean afterSpecial = true;

            @Override
            public void text(int from, int to) {
                encoder.encode(text, from, to, afterSpecial, out);
                afterSpecial = false;
            }

            @Override
            public void token(int id) {
                out.add(id);
                afterSpecial = true;
            }
        });
        if (addSpecial && frame.addsEnd()) {
            out.add(frame.end().getAsInt());
        }
        return out.copy(0);
    }

    @Override
    public final byte[] bytes(int token) {
        return switch (vocabulary.kind(token)) {
            case CONTROL, UNKNOWN, USER_DEFINED -> vocabulary.bytes(token);
            case NORMAL, BYTE -> remembered(token);
            case UNUSED -> NOTHING;
        };
    }

    /** Threads that race compute equal bytes twice. */
    private byte[] remembered(int token) {
        byte[] bytes = plain[token];
        if (bytes == null) {
            bytes = plain(token);
            plain[token] = bytes;
        }
        return bytes;
    }

    /** Tells whether a token gives no text unless marks are asked for. */
    final boolean hidden(int token) {
        Kind kind = vocabulary.kind(token);
        return kind == Kind.CONTROL || kind == Kind.UNKNOWN;
    }

    @Override
    public final Kind kind(int token) {
        return vocabulary.kind(token);
    }

    @Override
    public final String piece(int token) {
        return vocabulary.text(token);
    }

    @Override
    public final OptionalInt special(String piece) {
        Integer id = vocabulary.specials().get(piece);
        return id == null || vocabulary.kind(id) == Kind.UNKNOWN ? OptionalInt.empty() : OptionalInt.of(id);
    }

    @Override
    public final boolean endsGeneration(int token) {
        return vocabulary.endsGeneration(token);
    }

    @Override
    public final OptionalInt begin() {
        return frame.begin();
    }

    @Override
    public final OptionalInt end() {
        return frame.end();
    }

    @Override
    public final boolean addsBegin() {
        return frame.addsBegin();
    }

    @Override
    public final boolean addsEnd() {
        return frame.addsEnd();
    }

    @Override
    public final String decode(int[] tokens, boolean special) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (int i = 0; i < tokens.length; i++) {
            if (special || !hidden(tokens[i])) {
                byte[] bytes = bytes(tokens[i]);
                int skip = i == 0 && dropsLeadingBlank() && bytes.length > 0 && bytes[0] == ' ' ? 1 : 0;
                out.write(bytes, skip, bytes.length - skip);
            }
        }
        return Utf8.decode(out.toByteArray(), 0, out.size());
    }

    @Override
    public final Detokenizer detokenizer(boolean special) {
        return new StreamingDetokenizer(this, special);
    }
}
