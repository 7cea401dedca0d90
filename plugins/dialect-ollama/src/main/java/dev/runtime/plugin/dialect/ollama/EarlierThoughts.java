package dev.runtime.plugin.dialect.ollama;

import dev.runtime.api.inference.Message;
import dev.runtime.api.inference.Role;
import dev.runtime.api.model.ModelInfo;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Takes thoughts out of a conversation's earlier answers, for families that were trained to see only what they said. Clients that
 * do not keep thoughts apart send them back inside the text, between markers.
 */
final class EarlierThoughts {
    private static final String BEGIN = "<think>";
    private static final String END = "</think>";

    private EarlierThoughts() {}

    static List<Message> without(List<Message> messages, ModelInfo model) {
        boolean trained = model.family().startsWith("qwen3") || model.name().toLowerCase(Locale.ROOT).contains("deepseek-r1");
        int lastAsked = messages.stream().map(Message::role).toList().lastIndexOf(Role.USER);
        if (!trained || lastAsked < 0) {
            return messages;
        }
        List<Message> kept = new ArrayList<>();
        for (int i = 0; i < messages.size(); i++) {
            Message m = messages.get(i);
            kept.add(i < lastAsked && m.role().equals(Role.ASSISTANT) ? spoken(m) : m);
        }
        return kept;
    }

    private static Message spoken(Message m) {
        int begin = m.content().indexOf(BEGIN);
        int end = m.content().indexOf(END, Math.max(0, begin));
        if (begin < 0 || end < 0) {
            return m;
        }
        String text = m.content().substring(0, begin) + m.content().substring(end + END.length()).stripLeading();
        return new Message(m.role(), text, m.thinking(), m.images(), m.toolCalls(), m.toolName(), m.toolCallId());
    }
}
