package dev.runtime.plugin.dialect.ollama;

import dev.runtime.plugin.dialect.Replies;
import java.util.Map;

/**
 * Replies of generate: a text.
 *
 * @param raw whether the prompt was taken as it is; then the tokens of the conversation are left out
 */
record GenerateShape(boolean raw) implements ReplyShape {
    @Override
    public void put(Map<String, Object> reply, Piece piece) {
        reply.put("response", piece.text());
        if (!piece.thought().isEmpty()) {
            reply.put("thinking", piece.thought());
        }
        if (!piece.calls().isEmpty()) {
            reply.put("tool_calls", ChatShape.calls(piece.calls()));
        }
    }

    @Override
    public void putNothing(Map<String, Object> reply) {
        reply.put("response", "");
    }

    @Override
    public boolean callsLast() {
        return true;
    }

    @Override
    public boolean context() {
        return !raw;
    }
}
