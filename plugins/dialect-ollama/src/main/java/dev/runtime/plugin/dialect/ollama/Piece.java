package dev.runtime.plugin.dialect.ollama;

import dev.runtime.api.inference.Logprob;
import dev.runtime.api.inference.ToolCall;
import java.util.List;

/**
 * A part of an answer, or all of it.
 *
 * @param text what the user sees
 * @param thought what led to it
 * @param calls tool calls
 * @param logprobs log probabilities of its tokens
 */
record Piece(String text, String thought, List<ToolCall> calls, List<Logprob> logprobs) {
    static final Piece NOTHING = new Piece("", "", List.of(), List.of());
}
