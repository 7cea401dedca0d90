package dev.runtime.plugin.dialect.modelfile;

import java.util.List;

/**
 * Quotes around values: one, or three, and no escapes. A value that begins with a quote goes on over line ends until a line ends with
 * as many.
 */
final class Quotes {
    private static final String ONE = "\"";
    private static final String THREE = "\"\"\"";

    private Quotes() {}

    /** Tells whether a value that was collected up to a line's end is complete. */
    static boolean complete(String collected) {
        String text = collected.strip();
        if (text.startsWith(THREE)) {
            return text.length() >= 2 * THREE.length() && text.endsWith(THREE);
        }
        return !text.startsWith(ONE) || text.length() >= 2 && text.endsWith(ONE);
    }

    /** Returns a complete value without its quotes. */
    static String inside(String collected) {
        String text = collected.strip();
        int quotes = text.startsWith(THREE) ? THREE.length() : text.startsWith(ONE) ? 1 : 0;
        return text.substring(quotes, text.length() - quotes);
    }

    /**
     * Returns a value so that reading it gives the same again: bare, in one quote, or in three, whichever is the first that does. For a
     * text that no form can hold, since its lines end like all of them, three.
     */
    static String around(String value) {
        for (String form : List.of(value, ONE + value + ONE, THREE + value + THREE)) {
            if (reads(form, value)) {
                return form;
            }
        }
        return THREE + value + THREE;
    }

    private static boolean reads(String form, String value) {
        if (form.isBlank()) {
            return false;
        }
        for (int end = form.indexOf('\n'); end >= 0; end = form.indexOf('\n', end + 1)) {
            if (complete(form.substring(0, end))) {
                return false;
            }
        }
        return complete(form) && inside(form).equals(value);
    }
}
