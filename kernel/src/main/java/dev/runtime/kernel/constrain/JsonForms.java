package dev.runtime.kernel.constrain;

import java.util.ArrayList;
import java.util.List;

/**
 * How JSON is written. White space is limited, so that no model can write nothing else for ever: after and before brackets, after commas and
 * colons come nothing, one blank, or one or two line ends and up to 20 blanks and tabs. Numbers stay within what double precision
 * holds. For one thread.
 */
final class JsonForms {
    private static final CodePoints DIGIT = CodePoints.of('0', '9');
    private static final CodePoints HEX = CodePoints.of('0', '9', 'A', 'F', 'a', 'f');
    private static final int MOST_DIGITS = 16;
    /** What strings hold without an escape: no quote, backslash or control character. */
    private static final CodePoints PLAIN = CodePoints.of(' ', CodePoints.LAST).minus(CodePoints.of('"', '"', '\\', '\\', 0x7F, 0x7F));
    private static final String ESCAPED = "\"\\\b\f\n\r\t";
    private static final String ESCAPES = "\"\\bfnrt";

    private final Rules rules;
    private final Expression space;
    private final Expression character;
    private final Expression string;
    private final Expression number;
    private final Expression integer;
    private final Expression value;
    private final Expression object;
    private final Expression array;

    JsonForms(Rules rules) {
        this.rules = rules;
        space = rules.add(Expression.choice(Expression.EMPTY, Expression.text(" "), Expression.sequence(
                new Expression.Repeat(Expression.text("\n"), 1, 2),
                new Expression.Repeat(new Expression.Characters(CodePoints.anyOf(" \t")), 0, 20))));
        character = rules.add(character());
        string = rules.add(quoted(new Expression.Repeat(character, 0, Expression.UNLIMITED)));
        integer = rules.add(Expression.sequence(Expression.optional(Expression.text("-")), whole()));
        number = rules.add(Expression.sequence(integer, Expression.optional(Expression.sequence(Expression.text("."), digits(1, MOST_DIGITS))),
                Expression.optional(Expression.sequence(new Expression.Characters(CodePoints.anyOf("eE")),
                        Expression.optional(new Expression.Characters(CodePoints.anyOf("+-"))), digits(1, 2)))));
        int any = rules.declare();
        value = new Expression.Reference(any);
        Expression pair = rules.add(Expression.sequence(string, colon(), value));
        object = rules.add(Expression.choice(brackets("{", Expression.EMPTY, "}"), brackets("{", list(pair, 1, Expression.UNLIMITED), "}")));
        array = rules.add(Expression.choice(brackets("[", Expression.EMPTY, "]"), brackets("[", list(value, 1, Expression.UNLIMITED), "]")));
        rules.define(any, Expression.choice(object, array, string, number, bool(), Expression.text("null")));
    }

    private static Expression character() {
        Expression hex = new Expression.Characters(HEX);
        Expression d = new Expression.Characters(CodePoints.anyOf("dD"));
        Expression beforeSurrogates = Expression.choice(
                Expression.sequence(new Expression.Characters(HEX.minus(CodePoints.anyOf("dD"))), hex),
                Expression.sequence(d, new Expression.Characters(CodePoints.of('0', '7'))));
        return Expression.choice(
                new Expression.Characters(PLAIN),
                Expression.sequence(Expression.text("\\"), new Expression.Characters(CodePoints.anyOf(ESCAPES + "/"))),
                Expression.sequence(Expression.text("\\u"), beforeSurrogates, hex, hex),
                Expression.sequence(Expression.text("\\u"), d, new Expression.Characters(CodePoints.anyOf("89abAB")), hex, hex,
                        Expression.text("\\u"), d, new Expression.Characters(CodePoints.anyOf("cdefCDEF")), hex, hex));
    }

    private static Expression digits(int min, int max) {
        return new Expression.Repeat(new Expression.Characters(DIGIT), min, max);
    }

    private static Expression whole() {
        return Expression.choice(Expression.text("0"), Expression.sequence(
                new Expression.Characters(CodePoints.of('1', '9')), digits(0, MOST_DIGITS - 1)));
    }

    static Expression quoted(Expression content) {
        return Expression.sequence(Expression.text("\""), content, Expression.text("\""));
    }

    /** Returns what stands between a key and its value. */
    Expression colon() {
        return Expression.sequence(Expression.text(":"), space);
    }

    /** Returns what stands between members. */
    Expression comma() {
        return Expression.sequence(Expression.text(","), space);
    }

    /** Returns members in brackets; empty ones may have white space, but only once. */
    Expression brackets(String open, Expression members, String close) {
        return members == Expression.EMPTY ? Expression.sequence(Expression.text(open), space, Expression.text(close))
                : Expression.sequence(Expression.text(open), space, members, space, Expression.text(close));
    }

    /** Returns a list of at least one. */
    Expression list(Expression member, int min, int max) {
        int more = max == Expression.UNLIMITED ? max : max - 1;
        return Expression.sequence(member, new Expression.Repeat(Expression.sequence(comma(), member), min - 1, more));
    }

    /** Returns characters of a set as strings hold them. Characters that have no plain form and no short escape are left out. */
    static Expression characters(CodePoints set) {
        List<Expression> options = new ArrayList<>();
        CodePoints plain = set.complement().union(PLAIN.complement()).complement();
        if (!plain.isEmpty()) {
            options.add(new Expression.Characters(plain));
        }
        for (int i = 0; i < ESCAPED.length(); i++) {
            if (set.contains(ESCAPED.charAt(i))) {
                options.add(Expression.text("\\" + ESCAPES.charAt(i)));
            }
        }
        return new Expression.Choice(options);
    }

    static Expression bool() {
        return Expression.choice(Expression.text("true"), Expression.text("false"));
    }

    Rules rules() {
        return rules;
    }

    Expression space() {
        return space;
    }

    /** Returns one character of a string, in any spelling. */
    Expression anyCharacter() {
        return character;
    }

    Expression string() {
        return string;
    }

    Expression number() {
        return number;
    }

    Expression integer() {
        return integer;
    }

    Expression value() {
        return value;
    }

    Expression object() {
        return object;
    }

    Expression array() {
        return array;
    }
}
