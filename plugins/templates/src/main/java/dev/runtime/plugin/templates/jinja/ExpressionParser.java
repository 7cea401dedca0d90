package dev.runtime.plugin.templates.jinja;

import dev.runtime.plugin.templates.jinja.Expression.Comparison;
import dev.runtime.plugin.templates.jinja.Expression.Operator;
import dev.runtime.plugin.templates.jinja.Expression.Relation;
import dev.runtime.plugin.templates.jinja.Token.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Parses expressions: one method for each level of binding, loosest first. */
final class ExpressionParser {
    private final TokenStream tokens;
    private final OperandParser operands;

    ExpressionParser(TokenStream tokens) {
        this.tokens = tokens;
        this.operands = new OperandParser(tokens, this);
    }

    /** Parses an expression with its {@code a if b else c}. */
    Expression expression() {
        int depth = tokens.enter();
        Expression value = or();
        while (tokens.peek().name("if")) {
            int at = tokens.take().at();
            tokens.enter();
            Expression condition = or();
            Optional<Expression> no = tokens.skipName("else") ? Optional.of(expression()) : Optional.empty();
            value = new Expression.Conditional(condition, value, no, at);
        }
        tokens.leave(depth);
        return value;
    }

    /** Parses {@code a, b, c}, which is a tuple; a lone expression is itself. */
    Expression tuple(boolean conditional) {
        int at = tokens.peek().at();
        Expression first = conditional ? expression() : or();
        if (!tokens.peek().operator(",")) {
            return first;
        }
        List<Expression> items = new ArrayList<>(List.of(first));
        while (tokens.skip(",") && !endsTuple()) {
            items.add(conditional ? expression() : or());
        }
        return new Expression.Sequence(List.copyOf(items), true, at);
    }

    private boolean endsTuple() {
        Token token = tokens.peek();
        return token.kind() == Kind.BLOCK_END || token.kind() == Kind.OUTPUT_END || token.operator(")") || token.operator("]");
    }

    private Expression or() {
        Expression left = and();
        int depth = tokens.enter();
        while (tokens.peek().name("or")) {
            int at = tokens.take().at();
            tokens.enter();
            left = new Expression.Logic(false, left, and(), at);
        }
        tokens.leave(depth);
        return left;
    }

    private Expression and() {
        Expression left = not();
        int depth = tokens.enter();
        while (tokens.peek().name("and")) {
            int at = tokens.take().at();
            tokens.enter();
            left = new Expression.Logic(true, left, not(), at);
        }
        tokens.leave(depth);
        return left;
    }

    private Expression not() {
        if (!tokens.peek().name("not")) {
            return comparison();
        }
        int at = tokens.take().at();
        int depth = tokens.enter();
        Expression operand = not();
        tokens.leave(depth);
        return new Expression.Not(operand, at);
    }

    private Expression comparison() {
        int at = tokens.peek().at();
        Expression first = sum();
        List<Comparison> rest = new ArrayList<>();
        for (Optional<Relation> relation = relation(); relation.isPresent(); relation = relation()) {
            rest.add(new Comparison(relation.get(), sum()));
        }
        return rest.isEmpty() ? first : new Expression.Compared(first, List.copyOf(rest), at);
    }

    private Optional<Relation> relation() {
        Token token = tokens.peek();
        if (token.name("in")) {
            tokens.take();
            return Optional.of(Relation.IN);
        }
        if (token.name("not") && tokens.second().name("in")) {
            tokens.take();
            tokens.take();
            return Optional.of(Relation.NOT_IN);
        }
        if (token.kind() != Kind.OPERATOR) {
            return Optional.empty();
        }
        Optional<Relation> relation =
                switch (token.text()) {
                    case "==" -> Optional.of(Relation.EQUAL);
                    case "!=" -> Optional.of(Relation.NOT_EQUAL);
                    case "<" -> Optional.of(Relation.LESS);
                    case "<=" -> Optional.of(Relation.LESS_OR_EQUAL);
                    case ">" -> Optional.of(Relation.GREATER);
                    case ">=" -> Optional.of(Relation.GREATER_OR_EQUAL);
                    default -> Optional.empty();
                };
        if (relation.isPresent()) {
            tokens.take();
        }
        return relation;
    }

    private Expression sum() {
        Expression left = concatenation();
        int depth = tokens.enter();
        while (tokens.peek().operator("+") || tokens.peek().operator("-")) {
            Token token = tokens.take();
            tokens.enter();
            Operator operator = token.operator("+") ? Operator.ADD : Operator.SUBTRACT;
            left = new Expression.Binary(operator, left, concatenation(), token.at());
        }
        tokens.leave(depth);
        return left;
    }

    private Expression concatenation() {
        Expression left = product();
        int depth = tokens.enter();
        while (tokens.peek().operator("~")) {
            int at = tokens.take().at();
            tokens.enter();
            left = new Expression.Binary(Operator.CONCATENATE, left, product(), at);
        }
        tokens.leave(depth);
        return left;
    }

    private Expression product() {
        Expression left = power();
        int depth = tokens.enter();
        for (Optional<Operator> operator = productOperator(); operator.isPresent(); operator = productOperator()) {
            int at = tokens.take().at();
            tokens.enter();
            left = new Expression.Binary(operator.get(), left, power(), at);
        }
        tokens.leave(depth);
        return left;
    }

    private Optional<Operator> productOperator() {
        if (tokens.peek().kind() != Kind.OPERATOR) {
            return Optional.empty();
        }
        return switch (tokens.peek().text()) {
            case "*" -> Optional.of(Operator.MULTIPLY);
            case "/" -> Optional.of(Operator.DIVIDE);
            case "//" -> Optional.of(Operator.FLOOR_DIVIDE);
            case "%" -> Optional.of(Operator.MODULO);
            default -> Optional.empty();
        };
    }

    private Expression power() {
        Expression left = signed(true);
        int depth = tokens.enter();
        while (tokens.peek().operator("**")) {
            int at = tokens.take().at();
            tokens.enter();
            left = new Expression.Binary(Operator.POWER, left, signed(true), at);
        }
        tokens.leave(depth);
        return left;
    }

    private Expression signed(boolean filtered) {
        Expression value;
        Token token = tokens.peek();
        int depth = tokens.enter();
        if (token.operator("-") || token.operator("+")) {
            tokens.take();
            value = new Expression.Signed(signed(false), token.operator("-"), token.at());
        } else {
            value = operands.postfix(operands.primary());
        }
        tokens.leave(depth);
        return filtered ? operands.filters(value) : value;
    }

    /** Parses a filter's name and arguments, after its bar. */
    Expression filter(Expression value) {
        return operands.filter(value);
    }
}
