package dev.runtime.api.config;

import dev.runtime.api.Stable;
import java.util.List;
import java.util.Objects;

/**
 * One documented configuration key.
 *
 * @param name lower case words joined by dashes, grouped by dots, such as {@code server.max-body-bytes}
 * @param type how text is read
 * @param defaultValue the value of the lowest layer, as text; empty for "not set"
 * @param environment names of environment variables that set it, the first one that is set wins
 * @param description one sentence for {@code runtime config}
 * @param secret whether the value is masked wherever it is shown
 */
@Stable
public record ConfigKey(
        String name, Type type, String defaultValue, List<String> environment, String description, boolean secret) {

    /** How the text of a value is read. */
    public enum Type {
        /** Any text. */
        STRING,
        /** {@code true/false}, {@code 1/0}, {@code yes/no}, {@code on/off}. */
        BOOLEAN,
        /** A decimal integer of 64 bits. */
        INTEGER,
        /** A decimal number. */
        NUMBER,
        /** {@code 5m}, {@code 1h30m}, {@code 250ms}; a bare integer counts seconds; a negative one means for ever. */
        DURATION,
        /** A number of bytes, optionally with {@code KB MB GB KiB MiB GiB}. */
        BYTES,
        /** Texts separated by commas. */
        LIST,
        /** A path; a leading {@code ~/} is the user's home. */
        PATH
    }

    /** Copies the list and checks that nothing is null. */
    public ConfigKey {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(type, "type");
        Objects.requireNonNull(defaultValue, "defaultValue");
        Objects.requireNonNull(description, "description");
        environment = List.copyOf(environment);
    }

    /** Creates a key that is no secret. */
    public static ConfigKey of(String name, Type type, String defaultValue, String description, String... environment) {
        return new ConfigKey(name, type, defaultValue, List.of(environment), description, false);
    }
}
