package dev.runtime.kernel.constrain;

import java.util.ArrayList;
import java.util.List;

/**
 * Reads regular expressions of the kind that ECMA 262 and JSON schemas use: characters, {@code .}, classes, groups, {@code |} and
 * repetitions. Anchors are understood where an alternative of the whole expression begins or ends. Look-around, back references and word
 * boundaries are no part of regular languages, or need more than they are worth; they are refused. For one thread.
 */
final class PatternReader {
    private static final CodePoints DIGITS = CodePoints.of('0', '9');
    private static final CodePoints WORD = CodePoints.of('0', '9', 'A', 'Z', '_', '_', 'a', 'z');
    private static final CodePoints SPACE = CodePoints.of('\t', '\r', ' ', ' ', 0xA0, 0xA0, 0x1680, 0x1680, 0x2000, 0x200A, 0x2028, 0x2029,
            0x202F, 0x202F, 0x205F, 0x205F, 0x3000, 0x3000, 0xFEFF, 0xFEFF);
    private static final CodePoints LINE_ENDS = CodePoints.of('\n', '\n', '\r', '\r', 0x2028, 0x2029);
    private static final Expression ANYTHING =
            new Expression.Repeat(new Expression.Characters(CodePoints.ALL), 0, Expression.UNLIMITED);

    private final TextReader in;
    private int groups;

    private PatternReader(String text) {
        in = new TextReader("regular expression", text);
    }

    /** Returns the texts that an expression matches as a whole. */
    static Expression whole(String text) {
        return read(text, false);
    }

    /** Returns the texts that have a part that an expression matches; anchors bind it to the text's ends. */
    static Expression part(String text) {
        return read(text, true);
    }

    private static Expression read(String text, boolean open) {
        PatternReader reader = new PatternReader(text);
        List<Expression> options = new ArrayList<>();
        do {
            options.add(reader.anchored(open));
        } while (reader.in.skip("|"));
        if (!reader.in.atEnd()) {
            throw reader.in.wrong("')' closes nothing");
        }
        return new Expression.Choice(options);
    }

    private Expression anchored(boolean open) {
        boolean begins = in.skip("^");
        Expression body = sequence();
        boolean ends = in.skip("$");
        if (!in.atEnd() && in.peek() != '|' && in.peek() != ')') {
            throw in.wrong("'$' stands before more of the expression");
        }
        List<Expression> parts = new ArrayList<>();
        if (open && !begins) {
            parts.add(ANYTHING);
        }
        parts.add(body);
        if (open && !ends) {
            parts.add(ANYTHING);
        }
        return new Expression.Sequence(parts);
    }

    private Expression alternatives() {
        in.deeper();
        List<Expression> options = new ArrayList<>();
        do {
            options.add(sequence());
        } while (in.skip("|"));
        in.shallower();
        return options.size() == 1 ? options.getFirst() : new Expression.Choice(options);
    }

    private Expression sequence() {
        List<Expression> parts = new ArrayList<>();
        while (true) {
            int c = in.peek();
            if (c < 0 || c == '|' || c == ')') {
                break;
            }
            if (c == '$' && groups == 0) {
                break;
            }
            parts.add(repeated(one()));
        }
        return new Expression.Sequence(parts);
    }

    private Expression one() {
        int c = in.take();
        return switch (c) {
            case '(' -> group();
            case '[' -> new Expression.Characters(set());
            case '.' -> new Expression.Characters(LINE_ENDS.complement());
            case '\\' -> new Expression.Characters(escape(false));
            case '^', '$' -> throw in.wrong("'" + (char) c + "' within the expression cannot be used");
            case '*', '+', '?' -> throw in.wrong("'" + (char) c + "' repeats nothing");
            default -> new Expression.Characters(CodePoints.of(c, c));
        };
    }

    private Expression group() {
        if (in.skip("?")) {
            boolean named = in.peek() == '<' && in.peek(1) != '=' && in.peek(1) != '!' || in.skip("P");
            if (named) {
                in.expect("<");
                while (in.take() != '>') {
                    // the name says nothing about the text
                }
            } else if (!in.skip(":")) {
                throw in.wrong("look-around and flags cannot be used");
            }
        }
        groups++;
        Expression body = alternatives();
        in.expect(")");
        groups--;
        return body;
    }

    private Expression repeated(Expression body) {
        Expression all = body;
        while (true) {
            if (in.skip("*")) {
                all = new Expression.Repeat(all, 0, Expression.UNLIMITED);
            } else if (in.skip("+")) {
                all = new Expression.Repeat(all, 1, Expression.UNLIMITED);
            } else if (in.skip("?")) {
                all = Expression.optional(all);
            } else if (in.peek() == '{' && in.peek(1) >= '0' && in.peek(1) <= '9') {
                in.take();
                all = in.repeated(all);
            } else {
                return all;
            }
            // a lazy repetition matches the same texts
            in.skip("?");
        }
    }

    private CodePoints set() {
        boolean not = in.skip("^");
        CodePoints all = CodePoints.NONE;
        boolean first = true;
        while (first && in.peek() == ']' && in.peek(1) == ']' || !in.skip("]")) {
            first = false;
            int c = in.take();
            CodePoints from = c == '\\' ? escape(true) : CodePoints.of(c, c);
            if (single(from) && in.peek() == '-' && in.peek(1) != ']' && in.peek(1) >= 0) {
                in.take();
                int last = in.take();
                CodePoints to = last == '\\' ? escape(true) : CodePoints.of(last, last);
                if (!single(to) || to.bounds()[0] < from.bounds()[0]) {
                    throw in.wrong("a range that ends before it begins");
                }
                from = CodePoints.of(from.bounds()[0], to.bounds()[0]);
            }
            all = all.union(from);
        }
        return not ? all.complement() : all;
    }

    private static boolean single(CodePoints set) {
        return set.bounds().length == 2 && set.bounds()[0] == set.bounds()[1];
    }

    private CodePoints escape(boolean inSet) {
        int c = in.take();
        return switch (c) {
            case 'd' -> DIGITS;
            case 'D' -> DIGITS.complement();
            case 'w' -> WORD;
            case 'W' -> WORD.complement();
            case 's' -> SPACE;
            case 'S' -> SPACE.complement();
            case 'n' -> one('\n');
            case 'r' -> one('\r');
            case 't' -> one('\t');
            case 'f' -> one('\f');
            case 'v' -> one(0x0B);
            case '0' -> one(0);
            case 'x' -> one(in.number(16, 2));
            case 'u' -> one(in.skip("{") ? braced() : pair(in.number(16, 4)));
            case 'c' -> one(in.take() & 0x1F);
            case 'p', 'P' -> Categories.of(in, c == 'P');
            case 'b' -> {
                if (inSet) {
                    yield one('\b');
                }
                throw in.wrong("word boundaries cannot be used");
            }
            default -> {
                if (Character.isLetterOrDigit(c)) {
                    throw in.wrong("'\\" + Character.toString(c) + "' cannot be used");
                }
                yield one(c);
            }
        };
    }

    private int braced() {
        int value = 0;
        while (!in.skip("}")) {
            value = value * 16 + in.number(16, 1);
            if (value > CodePoints.LAST) {
                throw in.wrong("no such character");
            }
        }
        return value;
    }

    /** Two escapes may spell one character beyond 16 bits. */
    private int pair(int first) {
        boolean more = Character.isHighSurrogate((char) first) && in.skip("\\u");
        return more ? Character.toCodePoint((char) first, (char) in.number(16, 4)) : first;
    }

    private static CodePoints one(int c) {
        return CodePoints.of(c, c);
    }
}
