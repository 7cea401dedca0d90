package dev.runtime.kernel.constrain;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads grammars in the notation GBNF: rules {@code name ::= alternatives}, beginning at {@code root}, of literals in double quotes, classes
 * in brackets, {@code .} for any character, names, groups, {@code |}, the repetitions {@code * + ? {m} {m,} {m,n}} and comments from
 * {@code #} to the end of the line. A rule may go over lines within groups and after {@code |}. For one thread.
 */
final class GrammarReader {
    private final TextReader in;
    private final Rules rules;
    private final Map<String, Integer> numbers = new HashMap<>();
    private final Map<String, Integer> undefined = new LinkedHashMap<>();

    private GrammarReader(String text, Rules rules) {
        in = new TextReader("grammar", text);
        this.rules = rules;
    }

    /** Adds the rules of a grammar; returns its root. */
    static Expression read(String text, Rules rules) {
        GrammarReader reader = new GrammarReader(text, rules);
        reader.space(true);
        while (!reader.in.atEnd()) {
            reader.rule();
            reader.space(true);
        }
        if (!reader.undefined.isEmpty()) {
            throw Refusal.of("the grammar uses the rule '" + reader.undefined.keySet().iterator().next() + "' but does not define it");
        }
        Integer root = reader.numbers.get("root");
        if (root == null) {
            throw Refusal.of("the grammar has no rule 'root', at which texts begin");
        }
        return new Expression.Reference(root);
    }

    private void rule() {
        String name = name();
        space(false);
        in.expect("::=");
        space(true);
        int number = number(name);
        if (numbers.containsKey(name) && !undefined.containsKey(name)) {
            throw in.wrong("the rule '" + name + "' is defined twice");
        }
        undefined.remove(name);
        rules.define(number, alternatives(false));
        if (!in.atEnd() && in.peek() != '\n' && in.peek() != '\r') {
            throw in.wrong("unexpected '" + Character.toString(in.peek()) + "'");
        }
    }

    private int number(String name) {
        return numbers.computeIfAbsent(name, n -> {
            int number = rules.declare();
            undefined.put(n, number);
            return number;
        });
    }

    private String name() {
        StringBuilder name = new StringBuilder();
        while (letter(in.peek())) {
            name.appendCodePoint(in.take());
        }
        if (name.isEmpty()) {
            throw in.wrong("a rule's name is missing");
        }
        return name.toString();
    }

    private static boolean letter(int c) {
        return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '-' || c == '_';
    }

    private void space(boolean lines) {
        while (true) {
            int c = in.peek();
            if (c == '#') {
                while (in.peek() >= 0 && in.peek() != '\n') {
                    in.take();
                }
            } else if (c == ' ' || c == '\t' || lines && (c == '\n' || c == '\r')) {
                in.take();
            } else {
                return;
            }
        }
    }

    private Expression alternatives(boolean group) {
        in.deeper();
        List<Expression> options = new ArrayList<>();
        options.add(sequence(group));
        while (another(group)) {
            space(true);
            options.add(sequence(group));
        }
        in.shallower();
        return options.size() == 1 ? options.getFirst() : new Expression.Choice(options);
    }

    /** Takes a bar, which may stand on the next line. */
    private boolean another(boolean group) {
        int end = in.position();
        space(true);
        boolean bar = in.skip("|");
        if (!bar && !group) {
            in.position(end);
        }
        return bar;
    }

    private Expression sequence(boolean group) {
        List<Expression> parts = new ArrayList<>();
        while (true) {
            int c = in.peek();
            Expression part;
            if (c == '"') {
                in.take();
                part = Expression.text(literal());
            } else if (c == '[') {
                in.take();
                part = new Expression.Characters(characters());
            } else if (c == '.') {
                in.take();
                part = new Expression.Characters(CodePoints.ALL);
            } else if (c == '(') {
                in.take();
                space(true);
                part = alternatives(true);
                in.expect(")");
            } else if (letter(c) && !definition()) {
                part = new Expression.Reference(number(name()));
            } else {
                return new Expression.Sequence(parts);
            }
            space(group);
            parts.add(suffixed(part, group));
        }
    }

    /** Tells whether a name that comes next begins another rule. */
    private boolean definition() {
        int start = in.position();
        name();
        space(false);
        boolean is = in.skip("::=");
        in.position(start);
        return is;
    }

    private Expression suffixed(Expression part, boolean group) {
        Expression repeated = part;
        while (true) {
            if (in.skip("*")) {
                repeated = new Expression.Repeat(repeated, 0, Expression.UNLIMITED);
            } else if (in.skip("+")) {
                repeated = new Expression.Repeat(repeated, 1, Expression.UNLIMITED);
            } else if (in.skip("?")) {
                repeated = Expression.optional(repeated);
            } else if (in.skip("{")) {
                repeated = in.repeated(repeated);
            } else {
                return repeated;
            }
            space(group);
        }
    }

    private String literal() {
        StringBuilder text = new StringBuilder();
        while (!in.skip("\"")) {
            text.appendCodePoint(character());
        }
        return text.toString();
    }

    private CodePoints characters() {
        boolean not = in.skip("^");
        List<Integer> ranges = new ArrayList<>();
        while (!in.skip("]")) {
            int first = character();
            int last = first;
            if (in.peek() == '-' && in.peek(1) != ']') {
                in.take();
                last = character();
            }
            if (last < first) {
                throw in.wrong("a range that ends before it begins");
            }
            ranges.add(first);
            ranges.add(last);
        }
        CodePoints set = CodePoints.of(ranges.stream().mapToInt(i -> i).toArray());
        return not ? set.complement() : set;
    }

    private int character() {
        int c = in.take();
        if (c != '\\') {
            return c;
        }
        int escaped = in.take();
        return switch (escaped) {
            case 'n' -> '\n';
            case 'r' -> '\r';
            case 't' -> '\t';
            case 'x' -> in.number(16, 2);
            case 'u' -> in.number(16, 4);
            case 'U' -> Math.clamp(in.number(16, 8) & 0xFFFFFFFFL, 0, CodePoints.LAST);
            case '"', '\\', '[', ']', '-', '^' -> escaped;
            default -> throw in.wrong("unknown escape '\\" + Character.toString(escaped) + "'");
        };
    }
}
