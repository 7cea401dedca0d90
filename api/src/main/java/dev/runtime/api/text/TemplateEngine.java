package dev.runtime.api.text;

import dev.runtime.api.Extension;
import dev.runtime.api.Stable;
import java.util.List;
import java.util.Optional;

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

    /**
     * (optional) Finds a well-known template of this language that makes the same prompts as a template of another one; the default
     * knows none.
     */
    default Optional<Known> known(ChatTemplate other) {
        return Optional.empty();
    }

    /**
     * A well-known template.
     *
     * @param name its family
     * @param source its text
     * @param stops texts at which answers of the family's models end
     */
    record Known(String name, String source, List<String> stops) {
        /** Copies the list. */
        public Known {
            stops = List.copyOf(stops);
        }
    }
}
