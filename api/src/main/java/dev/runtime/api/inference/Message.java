package dev.runtime.api.inference;

import dev.runtime.api.Stable;
import java.util.List;
import java.util.Objects;

/**
 * One message of a conversation.
 *
 * @param role who speaks, see {@link Role}
 * @param content the text; empty if none
 * @param thinking the thoughts that led to it; empty if none
 * @param images images or sounds that come with it, as files' bytes; where the content has as many object replacement characters (U+FFFC),
 *     they stand there in this order, otherwise before the content
 * @param toolCalls calls that the assistant made
 * @param toolName for a tool result, which tool; empty if unknown
 * @param toolCallId for a tool result, which call; empty if unknown
 */
@Stable
public record Message(
        String role,
        String content,
        String thinking,
        List<byte[]> images,
        List<ToolCall> toolCalls,
        String toolName,
        String toolCallId) {
    /** Checks and copies. */
    public Message {
        Objects.requireNonNull(role, "role");
        Objects.requireNonNull(content, "content");
        Objects.requireNonNull(thinking, "thinking");
        Objects.requireNonNull(toolName, "toolName");
        Objects.requireNonNull(toolCallId, "toolCallId");
        images = List.copyOf(images);
        toolCalls = List.copyOf(toolCalls);
    }

    /** Creates a message of text only. */
    public static Message of(String role, String content) {
        return new Message(role, content, "", List.of(), List.of(), "", "");
    }
}
