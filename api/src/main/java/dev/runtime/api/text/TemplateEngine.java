package dev.runtime.api.text;

import dev.runtime.api.Extension;
import dev.runtime.api.Stable;

/** Compiles chat templates of one language. */
@Stable
public interface TemplateEngine extends Extension {
    /** Returns the language's name, lower case. */
    String name();

    /** Tells whether a template is written in this language. */
    boolean accepts(String source);

    /**
     * Compiles a template.
     *
     * @throws dev.runtime.api.RuntimeFailure with {@code template.invalid}, line and column
     */
    ChatTemplate compile(String source);
}
