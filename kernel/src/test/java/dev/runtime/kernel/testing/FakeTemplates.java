package dev.runtime.kernel.testing;

import dev.runtime.api.ErrorCode;
import dev.runtime.api.RuntimeFailure;
import dev.runtime.api.inference.Message;
import dev.runtime.api.model.Capability;
import dev.runtime.api.text.ChatPrompt;
import dev.runtime.api.text.ChatTemplate;
import dev.runtime.api.text.TemplateEngine;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Templates of words in curly braces: each message becomes {@code [role:content]}. Names of capabilities in lower case are what the
 * template can do, {@code begin} writes the begin token itself, {@code broken} does not compile, {@code fails} does not render.
 */
public final class FakeTemplates implements TemplateEngine {
    /** Templates compiled so far. */
    public final AtomicInteger compiled = new AtomicInteger();
    /** What was rendered last. */
    public volatile ChatPrompt last;

    @Override
    public String name() {
        return "fake";
    }

    @Override
    public boolean accepts(String source) {
        return source.startsWith("{");
    }

    @Override
    public ChatTemplate compile(String source) {
        compiled.incrementAndGet();
        List<String> words = Arrays.asList(source.replaceAll("[{}]", "").strip().split(" "));
        if (words.contains("broken")) {
            throw new RuntimeFailure(ErrorCode.TEMPLATE_INVALID, "broken as wanted");
        }
        Set<Capability> capabilities = EnumSet.noneOf(Capability.class);
        for (Capability capability : Capability.values()) {
            if (words.contains(capability.name().toLowerCase(Locale.ROOT))) {
                capabilities.add(capability);
            }
        }
        return new ChatTemplate() {
            @Override
            public String source() {
                return source;
            }

            @Override
            public String render(ChatPrompt prompt) {
                last = prompt;
                if (words.contains("fails")) {
                    throw new RuntimeFailure(ErrorCode.TEMPLATE_INVALID, "raised");
                }
                StringBuilder text = new StringBuilder(words.contains("begin") ? prompt.beginToken() : "");
                for (Message message : prompt.messages()) {
                    text.append('[').append(message.role()).append(':').append(message.content()).append(']');
                }
                return text.append(prompt.suffix().isEmpty() ? "" : "<" + prompt.suffix() + ">").append('>').toString();
            }

            @Override
            public Set<Capability> capabilities() {
                return capabilities;
            }
        };
    }
}
