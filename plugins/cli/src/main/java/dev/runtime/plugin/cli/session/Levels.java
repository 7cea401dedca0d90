package dev.runtime.plugin.cli.session;

import dev.runtime.api.inference.Thinking;
import java.util.Locale;
import java.util.Optional;

/** How much a model thinks, in the words of flags and commands. */
public final class Levels {
    /** The words, for messages. */
    public static final String ALL = "true, false, low, medium, high, or max";

    private Levels() {}

    /** Returns what a word means; nothing for another word. */
    public static Optional<Thinking> of(String word) {
        return switch (word.toLowerCase(Locale.ROOT)) {
            case "true" -> Optional.of(Thinking.ON);
            case "false" -> Optional.of(Thinking.OFF);
            case "low" -> Optional.of(Thinking.LOW);
            case "medium" -> Optional.of(Thinking.MEDIUM);
            case "high" -> Optional.of(Thinking.HIGH);
            case "max" -> Optional.of(Thinking.MAX);
            default -> Optional.empty();
        };
    }
}
