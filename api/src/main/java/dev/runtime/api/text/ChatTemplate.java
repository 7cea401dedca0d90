package dev.runtime.api.text;

import dev.runtime.api.Stable;
import dev.runtime.api.model.Capability;
import java.util.Set;

/** A compiled chat template. Immutable, safe for use by many threads. */
@Stable
public interface ChatTemplate {
    /** Returns the source text. */
    String source();

    /**
     * Renders a conversation.
     *
     * <p>Templates come from strangers: they reach nothing but the prompt, and are stopped when they take too many steps or
     * write too much.
     *
     * @throws dev.runtime.api.RuntimeFailure with {@code template.invalid}: an error raised by the template itself (with its
     *     text), an error in it, or an exceeded limit
     */
    String render(ChatPrompt prompt);

    /** Returns what the template has a place for: {@code TOOLS}, {@code THINKING}, {@code INSERT}, {@code VISION}. */
    Set<Capability> capabilities();
}
