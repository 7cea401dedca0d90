package dev.runtime.kernel.generate;

import dev.runtime.api.inference.Message;
import dev.runtime.api.inference.Role;
import dev.runtime.api.inference.Thinking;
import dev.runtime.api.inference.ToolDefinition;
import dev.runtime.api.text.ChatPrompt;
import dev.runtime.api.text.ChatTemplate;
import dev.runtime.api.text.Tokenizer;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Collectors;

/**
 * Turns messages into the text of a prompt.
 *
 * @param template the template; without one the contents are joined by blank lines
 */
record ChatRenderer(Optional<ChatTemplate> template, Tokenizer tokenizer, List<ToolDefinition> tools, Thinking thinking, String suffix) {
    /** Renders; an answer that the last message begins is left open, so that the model goes on with it. */
    String render(List<Message> messages) {
        if (template.isEmpty()) {
            return messages.stream().map(Message::content).filter(s -> !s.isEmpty()).collect(Collectors.joining("\n\n"));
        }
        Message last = messages.getLast();
        boolean begun = last.role().equals(Role.ASSISTANT) && last.toolCalls().isEmpty() && !last.content().isEmpty()
                && messages.size() > 1;
        List<Message> complete = begun ? messages.subList(0, messages.size() - 1) : messages;
        ChatPrompt prompt = new ChatPrompt(complete, tools, thinking, true, spelling(tokenizer.begin()), spelling(tokenizer.end()),
                suffix, Instant.now(), Map.of());
        return template.get().render(prompt) + (begun ? last.content() : "");
    }

    private String spelling(OptionalInt token) {
        return token.isPresent() ? tokenizer.piece(token.getAsInt()) : "";
    }
}
