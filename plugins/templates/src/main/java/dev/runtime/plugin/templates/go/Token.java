package dev.runtime.plugin.templates.go;

/**
 * A piece of a template.
 *
 * @param kind what it is
 * @param text its text: of a string without quotes and escapes, of a field or variable with its first character
 * @param at its place in the source
 * @param spaced whether white space comes before it
 */
record Token(Kind kind, String text, int at, boolean spaced) {
    /** Kinds of pieces. */
    enum Kind {
        /** Text outside of actions. */
        TEXT,
        /** The beginning of an action. */
        OPEN,
        /** The end of an action. */
        CLOSE,
        /** A name of a function, or a keyword. */
        WORD,
        /** A dot and a name. */
        FIELD,
        /** A dollar sign, perhaps with a name. */
        VARIABLE,
        /** A dot by itself. */
        DOT,
        /** A string. */
        STRING,
        /** A number or a character. */
        NUMBER,
        /** Any other sign. */
        SIGN,
        /** The end of the source. */
        END
    }

    boolean is(Kind other, String value) {
        return kind == other && text.equals(value);
    }
}
