package dev.runtime.plugin.templates.jinja;

/**
 * A piece of a template's source.
 *
 * @param kind what it is
 * @param text the name, operator or digits; for {@code DATA} and {@code STRING} the text after white space control and escapes
 * @param at offset in the source
 */
record Token(Kind kind, String text, int at) {
    enum Kind {
        DATA,
        OUTPUT_BEGIN,
        OUTPUT_END,
        BLOCK_BEGIN,
        BLOCK_END,
        NAME,
        STRING,
        INTEGER,
        FLOAT,
        OPERATOR,
        END
    }

    boolean operator(String spelling) {
        return kind == Kind.OPERATOR && text.equals(spelling);
    }

    boolean name(String spelling) {
        return kind == Kind.NAME && text.equals(spelling);
    }

    /** Returns how messages name this token. */
    String described() {
        return switch (kind) {
            case END -> "the end of the template";
            case DATA -> "text";
            case OUTPUT_BEGIN -> "'{{'";
            case OUTPUT_END -> "'}}'";
            case BLOCK_BEGIN -> "'{%'";
            case BLOCK_END -> "'%}'";
            case STRING -> "a string";
            case NAME, INTEGER, FLOAT, OPERATOR -> "'" + text + "'";
        };
    }
}
