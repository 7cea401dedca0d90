package dev.runtime.plugin.dialect.anthropic;

import dev.runtime.api.ErrorCode;
import dev.runtime.api.RuntimeFailure;
import dev.runtime.api.inference.Message;
import dev.runtime.api.inference.Role;
import dev.runtime.plugin.dialect.Fields;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Reads a conversation: the system prompt and messages of blocks become messages of roles. For one request. */
final class MessageReader {
    private final List<String> ignored;
    private final List<Message> messages = new ArrayList<>();
    /** Names of tools by the ids of their calls, for results, which say only the id. */
    private final Map<String, String> called = new HashMap<>();

    private MessageReader(List<String> ignored) {
        this.ignored = ignored;
    }

    /**
     * Reads.
     *
     * @param ignored takes what is not known
     * @throws RuntimeFailure with {@code request.invalid} if there are no messages, or one is malformed
     */
    static List<Message> read(Fields request, List<String> ignored) {
        MessageReader reader = new MessageReader(ignored);
        List<Fields> given = request.each("messages");
        if (given.isEmpty()) {
            throw new RuntimeFailure(ErrorCode.REQUEST_INVALID, "messages is required");
        }
        String system = reader.texts(request, "system");
        if (!system.isEmpty()) {
            reader.messages.add(Message.of(Role.SYSTEM, system));
        }
        given.forEach(reader::add);
        return reader.messages;
    }

    /** Reads a text, or blocks of which only the texts count. */
    private String texts(Fields fields, String name) {
        if (fields.value(name).orElse("") instanceof String text) {
            return text;
        }
        BlockReader blocks = new BlockReader(called, ignored);
        fields.each(name).forEach(block -> {
            if (block.string("type").equals("text")) {
                blocks.add(block);
            } else {
                blocks.skip(block);
            }
        });
        return blocks.text();
    }

    private void add(Fields message) {
        String role = message.string("role").toLowerCase(Locale.ROOT);
        BlockReader blocks = new BlockReader(called, ignored);
        if (message.value("content").orElse("") instanceof String text) {
            blocks.text(text);
        } else {
            message.each("content").forEach(blocks::add);
        }
        ignored.addAll(message.ignored());
        // results answer the calls of the message before, so they come before what else a user says
        boolean resultsFirst = !role.equals(Role.ASSISTANT);
        if (resultsFirst) {
            messages.addAll(blocks.results());
        }
        blocks.message(role).ifPresent(messages::add);
        if (!resultsFirst) {
            messages.addAll(blocks.results());
        }
    }
}
