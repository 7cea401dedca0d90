package dev.runtime.kernel.constrain;

import java.util.List;

/** What a text may be. Immutable. */
sealed interface Expression {
    /** The empty text. */
    Expression EMPTY = new Sequence(List.of());

    /** No text at all. */
    Expression NOTHING = new Choice(List.of());

    /** Any number of times. */
    int UNLIMITED = Integer.MAX_VALUE;

    /** This text. */
    record Text(String text) implements Expression {}

    /** One character of a set. */
    record Characters(CodePoints set) implements Expression {}

    /** One after the other. */
    record Sequence(List<Expression> parts) implements Expression {}

    /** One of these. */
    record Choice(List<Expression> options) implements Expression {}

    /** A number of times, at most {@link #UNLIMITED}. */
    record Repeat(Expression body, int min, int max) implements Expression {}

    /** What a rule says, by its number. */
    record Reference(int rule) implements Expression {}

    static Expression text(String text) {
        return new Text(text);
    }

    static Expression sequence(Expression... parts) {
        return new Sequence(List.of(parts));
    }

    static Expression choice(Expression... options) {
        return new Choice(List.of(options));
    }

    static Expression optional(Expression body) {
        return new Repeat(body, 0, 1);
    }
}
