package dev.runtime.api.text;

import dev.runtime.api.Stable;

/** Turns tokens into text one by one and never gives half a character. For one thread. */
@Stable
public interface Detokenizer {
    /** Takes a token; returns the text that is complete now, perhaps empty. */
    String append(int token);

    /** Returns the number of bytes held back for an incomplete character. */
    int pending();

    /** Ends; drops bytes that never became a character, and returns nothing or the text that was still held back. */
    String finish();
}
