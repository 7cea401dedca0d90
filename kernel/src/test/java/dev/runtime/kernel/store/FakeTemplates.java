package dev.runtime.kernel.store;

import dev.runtime.api.ErrorCode;
import dev.runtime.api.RuntimeFailure;
import dev.runtime.api.model.Capability;
import dev.runtime.api.text.ChatPrompt;
import dev.runtime.api.text.ChatTemplate;
import dev.runtime.api.text.TemplateEngine;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;

/** Templates in curly braces; those that name a capability in lower case have it. */
final class FakeTemplates implements TemplateEngine {
    final AtomicInteger compiled = new AtomicInteger();

    @Override
    public String name() {
        return "fake";
    }

    @Override
    public boolean accepts(String source) {
        return source.contains("{");
    }

    @Override
    public ChatTemplate compile(String source) {
        compiled.incrementAndGet();
        if (source.contains("broken")) {
            throw new RuntimeFailure(ErrorCode.TEMPLATE_INVALID, "broken as wanted");
        }
        Set<Capability> capabilities = EnumSet.noneOf(Capability.class);
        for (Capability capability : Capability.values()) {
            if (source.contains(capability.name().toLowerCase(Locale.ROOT))) {
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
                throw new AssertionError("the store never renders");
            }

            @Override
            public Set<Capability> capabilities() {
                return capabilities;
            }
        };
    }
}
