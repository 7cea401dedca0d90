package dev.runtime.plugin.dialect.ollama;

import java.util.Map;

/** Where a route puts what a model said. Both routes share everything else of a reply. */
sealed interface ReplyShape permits ChatShape, GenerateShape {
    /** Puts a piece into a reply; its log probabilities are not meant. */
    void put(Map<String, Object> reply, Piece piece);

    /** Puts what a rendered prompt has in place of an answer. */
    void putNothing(Map<String, Object> reply);

    /** Tells whether tool calls wait for the last object. */
    boolean callsLast();

    /** Tells whether the last object holds the tokens of the conversation. */
    boolean context();
}
