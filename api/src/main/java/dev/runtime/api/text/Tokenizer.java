package dev.runtime.api.text;

import dev.runtime.api.Stable;
import java.util.Arrays;
import java.util.OptionalInt;
import java.util.stream.Stream;

/** Text to token ids and back. Immutable, safe for use by many threads. */
@Stable
public interface Tokenizer {
    /** What a token stands for. */
    enum Kind {
        /** Text. */
        NORMAL,
        /** The token of what cannot be encoded. */
        UNKNOWN,
        /** A mark that users do not see. */
        CONTROL,
        /** A mark that the model's makers added and users may see. */
        USER_DEFINED,
        /** Not used. */
        UNUSED,
        /** One byte. */
        BYTE
    }

    /** Returns the number of tokens. */
    int size();

    /**
     * Encodes a text.
     *
     * @param addSpecial whether the model's begin (and end) tokens are put around
     * @param parseSpecial whether text that spells a control token becomes that token; user-defined tokens are always found
     * @return the ids; may be empty
     */
    int[] encode(String text, boolean addSpecial, boolean parseSpecial);

    /**
     * (optional) Encodes two texts that a model judges together. The default is: the begin token if texts have one, the first text, the end
     * token, the second text, the end token; without an end token, the texts follow each other.
     */
    default int[] encodePair(String first, String second) {
        int[] begin = addsBegin() && begin().isPresent() ? new int[] {begin().getAsInt()} : new int[0];
        int[] end = end().isPresent() ? new int[] {end().getAsInt()} : new int[0];
        return Stream.of(begin, encode(first, false, false), end, encode(second, false, false), end).flatMapToInt(Arrays::stream).toArray();
    }

    /** Returns what a token adds to a text, as bytes: part of a character perhaps, nothing for an unused token. Callers do not write into it. */
    byte[] bytes(int token);

    /** Returns the kind of a token. */
    Kind kind(int token);

    /** Returns the vocabulary's own spelling of a token, for lists and log probabilities. */
    String piece(int token);

    /** Returns the id of a control or user-defined token by its exact spelling. */
    OptionalInt special(String piece);

    /** Tells whether a token ends a generation. */
    boolean endsGeneration(int token);

    /** Returns the token that begins a text. */
    OptionalInt begin();

    /** Returns the token that ends a text. */
    OptionalInt end();

    /** Tells whether {@link #encode} with {@code addSpecial} puts the begin token first. */
    boolean addsBegin();

    /** Tells whether {@link #encode} with {@code addSpecial} puts the end token last. */
    boolean addsEnd();

    /**
     * Decodes a whole sequence; bytes that are no UTF-8 become U+FFFD.
     *
     * @param special whether control tokens are rendered
     */
    String decode(int[] tokens, boolean special);

    /**
     * Returns a fresh incremental decoder.
     *
     * @param special whether control tokens are rendered
     */
    Detokenizer detokenizer(boolean special);
}
