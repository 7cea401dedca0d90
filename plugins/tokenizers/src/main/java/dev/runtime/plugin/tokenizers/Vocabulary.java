package dev.runtime.plugin.tokenizers;

import dev.runtime.api.ErrorCode;
import dev.runtime.api.RuntimeFailure;
import dev.runtime.api.model.Metadata;
import dev.runtime.api.text.Tokenizer.Kind;
import java.nio.charset.StandardCharsets;
import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalInt;

/** The tokens of a model with their kinds, and the ids that have a role: the checked content of the keys {@code tokenizer.ggml.*}. */
final class Vocabulary {
    static final String PREFIX = "tokenizer.ggml.";

    private static final Kind[] KINDS = {
        Kind.NORMAL, Kind.NORMAL, Kind.UNKNOWN, Kind.CONTROL, Kind.USER_DEFINED, Kind.UNUSED, Kind.BYTE
    };

    private final Metadata metadata;
    private final byte[][] texts;
    private final Kind[] kinds;
    private final Map<String, Integer> specials = new HashMap<>();
    private final BitSet ends;

    private Vocabulary(Metadata metadata, byte[][] texts, Kind[] kinds) {
        this.metadata = metadata;
        this.texts = texts;
        this.kinds = kinds;
        this.ends = EndTokens.find(this);
        for (int i = 0; i < kinds.length; i++) {
            if (special(i)) {
                specials.putIfAbsent(text(i), i);
            }
        }
    }

    /**
     * Reads and checks the tokens and their kinds.
     *
     * @throws RuntimeFailure with {@code model.file_invalid} if there are none, or arrays differ in length
     */
    static Vocabulary of(Metadata metadata) {
        byte[][] texts = metadata.byteStrings(PREFIX + "tokens").orElseThrow(() -> invalid("tokens is missing"));
        if (texts.length == 0) {
            throw invalid("tokens is empty");
        }
        Kind[] kinds = new Kind[texts.length];
        long[] types = metadata.integers(PREFIX + "token_type").orElse(null);
        if (types != null && types.length != texts.length) {
            throw invalid("token_type has " + types.length + " entries for " + texts.length + " tokens");
        }
        for (int i = 0; i < kinds.length; i++) {
            long type = types == null ? 1 : types[i];
            if (type < 0 || type >= KINDS.length) {
                throw invalid("token_type of token " + i + " is " + type + ", allowed are 0 to " + (KINDS.length - 1));
            }
            kinds[i] = KINDS[(int) type];
        }
        return new Vocabulary(metadata, texts, kinds);
    }

    static RuntimeFailure invalid(String problem) {
        return new RuntimeFailure(ErrorCode.MODEL_FILE_INVALID,
                "the model's vocabulary is damaged: " + PREFIX + problem + "; fetch the file again or ask who made it");
    }

    Metadata metadata() {
        return metadata;
    }

    int size() {
        return texts.length;
    }

    /** Returns a token's spelling; not to be written into. */
    byte[] bytes(int id) {
        return texts[id];
    }

    String text(int id) {
        return new String(texts[id], StandardCharsets.UTF_8);
    }

    Kind kind(int id) {
        return kinds[id];
    }

    /** Corrects what the file says. */
    void kind(int id, Kind kind) {
        kinds[id] = kind;
    }

    /** Tells whether a token is looked for in a text before anything else. */
    boolean special(int id) {
        return switch (kinds[id]) {
            case CONTROL, USER_DEFINED, UNKNOWN -> true;
            case NORMAL, UNUSED, BYTE -> false;
        };
    }

    /** Returns all special tokens by their spelling. */
    Map<String, Integer> specials() {
        return specials;
    }

    boolean endsGeneration(int id) {
        return ends.get(id);
    }

    /** Returns the id under a key such as {@code bos_token_id}, unless it is absent or no token of this vocabulary. */
    OptionalInt id(String key) {
        long id = metadata.integer(PREFIX + key, -1);
        return id >= 0 && id < texts.length ? OptionalInt.of((int) id) : OptionalInt.empty();
    }

    /** As {@link #id}, with the default of the tokenizer model. */
    OptionalInt id(String key, int orElse) {
        return metadata.has(PREFIX + key) ? id(key) : orElse < texts.length ? OptionalInt.of(orElse) : OptionalInt.empty();
    }

    boolean flag(String key, boolean orElse) {
        return metadata.flag(PREFIX + key, orElse);
    }

    /** Returns the tokens' scores; all 0 if the file has none. */
    float[] scores() {
        float[] scores = metadata.floats(PREFIX + "scores").orElseGet(() -> new float[texts.length]);
        if (scores.length != texts.length) {
            throw invalid("scores has " + scores.length + " entries for " + texts.length + " tokens");
        }
        return scores;
    }

    /** Returns a table from spelling to id; of equal spellings the first token counts. */
    ByteStringTable table() {
        ByteStringTable table = new ByteStringTable(texts.length);
        for (int i = 0; i < texts.length; i++) {
            if (texts[i].length > 0) {
                table.putIfAbsent(texts[i], 0, texts[i].length, i);
            }
        }
        return table;
    }
}
