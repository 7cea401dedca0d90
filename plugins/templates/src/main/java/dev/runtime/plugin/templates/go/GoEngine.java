package dev.runtime.plugin.templates.go;

import dev.runtime.api.ErrorCode;
import dev.runtime.api.RuntimeFailure;
import dev.runtime.api.text.ChatTemplate;
import dev.runtime.api.text.TemplateEngine;
import dev.runtime.plugin.templates.jinja.JinjaEngine;
import java.util.Optional;

/** Compiles templates in the language of Go, as stores keep them beside weights. */
public final class GoEngine implements TemplateEngine {
    private static final int LONGEST = 1 << 20;

    private final TemplateEngine jinja = new JinjaEngine();

    /** Creates the engine. */
    public GoEngine() {}

    @Override
    public String name() {
        return "go";
    }

    /** Takes what has an action that Jinja does not have. */
    @Override
    public boolean accepts(String source) {
        return !jinja.accepts(source);
    }

    @Override
    public ChatTemplate compile(String source) {
        if (source.length() > LONGEST) {
            throw new RuntimeFailure(ErrorCode.TEMPLATE_INVALID,
                    "the template has " + source.length() + " characters; at most " + LONGEST + " are allowed");
        }
        return GoTemplate.compile(source);
    }

    @Override
    public Optional<Known> known(ChatTemplate other) {
        return Families.known(other);
    }
}
