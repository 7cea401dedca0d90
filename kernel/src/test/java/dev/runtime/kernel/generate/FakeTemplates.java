package dev.runtime.kernel.generate;

import dev.runtime.api.ErrorCode;
import dev.runtime.api.RuntimeFailure;
import dev.runtime.api.inference.Message;
import dev.runtime.api.model.Capability;
import dev.runtime.api.text.ChatPrompt;
import dev.runtime.api.text.ChatTemplate;
import dev.runtime.api.text.TemplateEngine;
import java.util.EnumSet;
import java.util.Set;

/**
 * Templates that begin with {@code T}: each message becomes {@code [role:content]}. Letters after it are what the template can do:
 * {@code t} for tools, {@code b} for writing the begin token itself, {@code x} for failing.
 */
final class FakeTemplates implements TemplateEngine {
    int compiled;
    ChatPrompt last;

    @Override
    public String name() {
        return "fake";
    }

    @Override
    public boolean accepts(String source) {
        return source.startsWith("T");
    }

    @Override
    public ChatTemplate compile(String source) {
        compiled++;
        return new ChatTemplate() {
            @Override
            public String source() {
                return source;
            }

            @Override
            public String render(ChatPrompt prompt) {
                last = prompt;
                if (source.contains("x")) {
                    throw new RuntimeFailure(ErrorCode.TEMPLATE_INVALID, "raised");
                }
                StringBuilder text = new StringBuilder(source.contains("b") ? prompt.beginToken() : "");
                for (Message message : prompt.messages()) {
                    text.append('[').append(message.role()).append(':').append(message.content()).append(']');
                }
                return text.append(prompt.suffix().isEmpty() ? "" : "<" + prompt.suffix() + ">").append('>').toString();
            }

            @Override
            public Set<Capability> capabilities() {
                return source.contains("t") ? EnumSet.of(Capability.TOOLS) : Set.of();
            }
        };
    }
}
