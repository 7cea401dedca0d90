package dev.runtime.api.text;

import dev.runtime.api.Stable;
import java.util.Objects;
import java.util.Optional;

/**
 * How a model family writes calls: {@code begin, call, (separator, call)*, end}, where a call is {@code open, name, afterName, arguments,
 * close}.
 *
 * @param begin what stands before the first call
 * @param open what stands before a name
 * @param afterName what stands between a name and the arguments
 * @param arguments how arguments are written
 * @param close what stands after the arguments
 * @param separator what stands between calls; empty if a reply can have only one
 * @param end what stands after the last call
 */
@Stable
public record CallForm(
        String begin, String open, String afterName, Arguments arguments, String close, Optional<String> separator, String end) {
    /** Checks. */
    public CallForm {
        Objects.requireNonNull(arguments, "arguments");
        Objects.requireNonNull(separator, "separator");
    }

    /** How arguments are written. */
    public sealed interface Arguments {
        /** One JSON object. */
        record Json() implements Arguments {}

        /**
         * One by one: {@code open, key, afterKey, value, close}, with separators between.
         *
         * @param text whether a string is written as it is, without quotes and escapes, up to what stands after it; all other values, and
         *     strings if not, are JSON
         */
        record Members(String open, String afterKey, String close, String separator, boolean text) implements Arguments {}
    }
}
