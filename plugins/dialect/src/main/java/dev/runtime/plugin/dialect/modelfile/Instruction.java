package dev.runtime.plugin.dialect.modelfile;

/**
 * One instruction of a Modelfile.
 *
 * @param kind which one
 * @param name of a parameter its name, of a message its role; empty for others
 * @param value the text after it, without quotes
 * @param line the line it begins on, from 1; 0 for one that was not read
 */
public record Instruction(Kind kind, String name, String value, int line) {
    /** What instructions there are. */
    public enum Kind {
        /** What the model is made from: a model's name, or a path. */
        FROM,
        /** Licence text. */
        LICENSE,
        /** Chat template. */
        TEMPLATE,
        /** System prompt. */
        SYSTEM,
        /** Weights to add to the model's. */
        ADAPTER,
        /** Weights of a small model that guesses ahead. */
        DRAFT,
        /** A prompt renderer's name. */
        RENDERER,
        /** An output parser's name. */
        PARSER,
        /** An option and its value. */
        PARAMETER,
        /** A message that starts every conversation. */
        MESSAGE,
        /** The least version of the server. */
        REQUIRES;

        /** Tells whether a name stands between the instruction and its value. */
        boolean named() {
            return this == PARAMETER || this == MESSAGE;
        }
    }

    /** Creates an instruction without a name that was not read from a text. */
    public static Instruction of(Kind kind, String value) {
        return new Instruction(kind, "", value, 0);
    }

    /** Creates an instruction with a name that was not read from a text. */
    public static Instruction of(Kind kind, String name, String value) {
        return new Instruction(kind, name, value, 0);
    }

    /** Returns the instruction as a line of a Modelfile, or several, with a value in quotes where it needs them. */
    public String text() {
        return kind + " " + (name.isEmpty() ? "" : name + " ") + Quotes.around(value);
    }
}
