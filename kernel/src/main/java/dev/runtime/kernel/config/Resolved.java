package dev.runtime.kernel.config;

import dev.runtime.api.config.Settings.Source;

/**
 * A checked value.
 *
 * @param text the value as text, empty if not set
 * @param value the parsed value; the text itself if not set
 * @param source the layer it came from
 */
record Resolved(String text, Object value, Source source) {
    boolean isSet() {
        return !text.isEmpty();
    }
}
