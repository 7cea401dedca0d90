package dev.runtime.api.config;

import dev.runtime.api.Stable;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * The effective configuration: defaults, overridden by a TOML file, by the environment, by command-line flags.
 *
 * <p>Immutable, safe for use by many threads. Values were checked against the key's type when the configuration was
 * read, so the typed accessors only fail for a key of another type ({@link IllegalArgumentException}) or, where the
 * result is not optional, for one without a value ({@link dev.runtime.api.RuntimeFailure} with
 * {@code config.invalid}).
 */
@Stable
public interface Settings {
    /** Where a value came from, weakest first. */
    enum Source {
        /** The key's own default. */
        DEFAULT,
        /** The configuration file. */
        FILE,
        /** An environment variable. */
        ENVIRONMENT,
        /** A flag of the command line. */
        FLAG
    }

    /**
     * A key with its value in effect.
     *
     * @param key the key
     * @param value the text, masked for a secret key; empty when not set
     * @param source the layer it came from
     */
    record Entry(ConfigKey key, String value, Source source) {}

    /** Returns the text of a key, or nothing if it is not set or empty. */
    Optional<String> find(ConfigKey key);

    /** Returns all known keys in the order of their names. */
    List<Entry> entries();

    /** Returns the text of a key. */
    String string(ConfigKey key);

    /** Returns a truth value. */
    boolean flag(ConfigKey key);

    /** Returns an integer. */
    long integer(ConfigKey key);

    /** Returns a number. */
    double number(ConfigKey key);

    /** Returns a duration; negative means for ever. */
    Duration duration(ConfigKey key);

    /** Returns a number of bytes. */
    long bytes(ConfigKey key);

    /** Returns a list of texts, empty if not set. */
    List<String> list(ConfigKey key);

    /** Returns an absolute, normalised path. */
    Path path(ConfigKey key);
}
