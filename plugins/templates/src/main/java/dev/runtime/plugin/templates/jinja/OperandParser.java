package dev.runtime.plugin.templates.jinja;

import dev.runtime.plugin.templates.jinja.Expression.ArgumentList;
import dev.runtime.plugin.templates.jinja.Expression.Keyword;
import dev.runtime.plugin.templates.jinja.Token.Kind;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Parses operands: constants, variables and brackets, and what follows them, down to filters and tests. */
final class OperandParser {
    private static final Set<String> NOT_AN_ARGUMENT = Set.of("else", "or", "and", "is", "if", "not", "in");

    private final TokenStream tokens;
    private final ExpressionParser expressions;

    OperandParser(TokenStream tokens, ExpressionParser expressions) {
        this.tokens = tokens;
        this.expressions = expressions;
    }

    /** Parses a constant, a variable, or something in brackets. */
    Expression primary() {
        Token token = tokens.take();
        return switch (token.kind()) {
            case NAME ->
                switch (token.text()) {
                    case "true", "True" -> new Expression.Literal(true, token.at());
                    case "false", "False" -> new Expression.Literal(false, token.at());
                    case "none", "None" -> new Expression.Literal(null, token.at());
                    default -> new Expression.Name(token.text(), token.at());
                };
            case STRING -> {
                StringBuilder text = new StringBuilder(token.text());
                while (tokens.peek().kind() == Kind.STRING) {
                    text.append(tokens.take().text());
                }
                yield new Expression.Literal(text.toString(), token.at());
            }
            case INTEGER -> new Expression.Literal(integer(token), token.at());
            case FLOAT -> new Expression.Literal(Double.valueOf(token.text()), token.at());
            case OPERATOR ->
                switch (token.text()) {
                    case "(" -> parenthesized(token.at());
                    case "[" -> list(token.at());
                    case "{" -> mapping(token.at());
                    default -> throw unexpected(token);
                };
            case DATA, OUTPUT_BEGIN, OUTPUT_END, BLOCK_BEGIN, BLOCK_END, END -> throw unexpected(token);
        };
    }

    private static TemplateError unexpected(Token token) {
        return TemplateError.syntax("expected an expression, found " + token.described(), token.at());
    }

    private static Object integer(Token token) {
        String text = token.text();
        if (text.length() > 1000) {
            throw TemplateError.syntax("a number of " + text.length() + " digits", token.at());
        }
        int radix =
                switch (text.length() > 1 ? text.charAt(1) | 0x20 : 0) {
                    case 'x' -> 16;
                    case 'o' -> 8;
                    case 'b' -> 2;
                    default -> 10;
                };
        try {
            return Numbers.shortened(new BigInteger(radix == 10 ? text : text.substring(2), radix));
        } catch (NumberFormatException e) {
            throw TemplateError.syntax("'" + text + "' is not a number", token.at());
        }
    }

    private Expression parenthesized(int at) {
        if (tokens.skip(")")) {
            return new Expression.Sequence(List.of(), true, at);
        }
        Expression value = expressions.tuple(true);
        tokens.expect(")");
        return value;
    }

    private Expression list(int at) {
        List<Expression> items = new ArrayList<>();
        while (!tokens.skip("]")) {
            if (!items.isEmpty()) {
                tokens.expect(",");
                if (tokens.skip("]")) {
                    break;
                }
            }
            items.add(expressions.expression());
        }
        return new Expression.Sequence(List.copyOf(items), false, at);
    }

    private Expression mapping(int at) {
        List<Expression> keys = new ArrayList<>();
        List<Expression> values = new ArrayList<>();
        while (!tokens.skip("}")) {
            if (!keys.isEmpty()) {
                tokens.expect(",");
                if (tokens.skip("}")) {
                    break;
                }
            }
            keys.add(expressions.expression());
            tokens.expect(":");
            values.add(expressions.expression());
        }
        return new Expression.Mapping(List.copyOf(keys), List.copyOf(values), at);
    }

    /** Parses attributes, subscripts and calls after a value. */
    Expression postfix(Expression start) {
        Expression value = start;
        int depth = tokens.enter();
        while (true) {
            Token token = tokens.peek();
            if (token.operator(".")) {
                value = member(value);
            } else if (token.operator("[")) {
                tokens.take();
                value = subscript(value, token.at());
            } else if (token.operator("(")) {
                value = new Expression.Call(value, arguments(), token.at());
            } else {
                tokens.leave(depth);
                return value;
            }
            tokens.enter();
        }
    }

    private Expression member(Expression object) {
        tokens.take();
        Token name = tokens.take();
        if (name.kind() == Kind.INTEGER) {
            return new Expression.Subscript(object, new Expression.Literal(integer(name), name.at()), name.at());
        }
        if (name.kind() != Kind.NAME) {
            throw TemplateError.syntax("expected a name after '.', found " + name.described(), name.at());
        }
        return new Expression.Attribute(object, name.text(), name.at());
    }

    private Expression subscript(Expression object, int at) {
        Optional<Expression> from = tokens.peek().operator(":") ? Optional.empty() : Optional.of(expressions.tuple(true));
        if (from.isPresent() && tokens.skip("]")) {
            return new Expression.Subscript(object, from.get(), at);
        }
        tokens.expect(":");
        Optional<Expression> to = bound();
        Optional<Expression> step = tokens.skip(":") ? bound() : Optional.empty();
        tokens.expect("]");
        return new Expression.Slice(object, from, to, step, at);
    }

    private Optional<Expression> bound() {
        return tokens.peek().operator(":") || tokens.peek().operator("]") ? Optional.empty() : Optional.of(expressions.expression());
    }

    /** Parses the filters and tests after a value. */
    Expression filters(Expression start) {
        Expression value = start;
        int depth = tokens.enter();
        while (true) {
            Token token = tokens.peek();
            if (token.operator("|")) {
                tokens.take();
                value = filter(value);
            } else if (token.name("is")) {
                tokens.take();
                value = test(value, token.at());
            } else if (token.operator("(")) {
                value = new Expression.Call(value, arguments(), token.at());
            } else {
                tokens.leave(depth);
                return value;
            }
            tokens.enter();
        }
    }

    /** Parses a filter's name and arguments, after its bar. */
    Expression filter(Expression value) {
        Token name = tokens.expect(Kind.NAME, "the name of a filter");
        ArgumentList arguments = tokens.peek().operator("(") ? arguments() : ArgumentList.NONE;
        return new Expression.Filtered(value, name.text(), arguments, name.at());
    }

    private Expression test(Expression value, int at) {
        boolean negated = tokens.skipName("not");
        String name = tokens.expect(Kind.NAME, "the name of a test").text();
        ArgumentList arguments = ArgumentList.NONE;
        Token token = tokens.peek();
        if (token.operator("(")) {
            arguments = arguments();
        } else if (beginsArgument(token)) {
            arguments = new ArgumentList(List.of(postfix(primary())), List.of(), Optional.empty(), Optional.empty());
        }
        return new Expression.Tested(value, name, arguments, negated, at);
    }

    private static boolean beginsArgument(Token token) {
        return switch (token.kind()) {
            case NAME -> !NOT_AN_ARGUMENT.contains(token.text());
            case STRING, INTEGER, FLOAT -> true;
            case OPERATOR -> token.text().equals("[") || token.text().equals("{");
            case DATA, OUTPUT_BEGIN, OUTPUT_END, BLOCK_BEGIN, BLOCK_END, END -> false;
        };
    }

    /** Parses {@code (a, b, name=c, *list, **map)}. */
    private ArgumentList arguments() {
        tokens.expect("(");
        List<Expression> positional = new ArrayList<>();
        List<Keyword> named = new ArrayList<>();
        Optional<Expression> list = Optional.empty();
        Optional<Expression> map = Optional.empty();
        boolean first = true;
        while (!tokens.skip(")")) {
            if (!first) {
                tokens.expect(",");
                if (tokens.skip(")")) {
                    break;
                }
            }
            first = false;
            Token token = tokens.peek();
            if (tokens.skip("*")) {
                list = Optional.of(expressions.expression());
            } else if (tokens.skip("**")) {
                map = Optional.of(expressions.expression());
            } else if (token.kind() == Kind.NAME && tokens.second().operator("=")) {
                tokens.take();
                tokens.take();
                named.add(new Keyword(token.text(), expressions.expression()));
            } else if (named.isEmpty()) {
                positional.add(expressions.expression());
            } else {
                throw TemplateError.syntax("a positional argument after a named one", token.at());
            }
        }
        return new ArgumentList(List.copyOf(positional), List.copyOf(named), list, map);
    }
}
