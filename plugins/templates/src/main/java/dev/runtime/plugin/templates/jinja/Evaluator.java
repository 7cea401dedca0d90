package dev.runtime.plugin.templates.jinja;

import dev.runtime.plugin.templates.jinja.Expression.ArgumentList;
import dev.runtime.plugin.templates.jinja.Expression.Comparison;
import dev.runtime.plugin.templates.jinja.Expression.Keyword;
import dev.runtime.plugin.templates.jinja.Expression.Operator;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Computes expressions. */
final class Evaluator {
    private final Rendering rendering;
    private final Budget budget;

    Evaluator(Rendering rendering) {
        this.rendering = rendering;
        this.budget = rendering.budget();
    }

    Object value(Expression expression, Scope scope) {
        budget.enter();
        rendering.at(expression.at());
        Object value =
                switch (expression) {
                    case Expression.Literal literal -> literal.value();
                    case Expression.Name name -> scope.get(name.name());
                    case Expression.Attribute attribute -> {
                        Object object = value(attribute.object(), scope);
                        rendering.at(attribute.at());
                        yield Attributes.attribute(object, attribute.name(), budget);
                    }
                    case Expression.Subscript subscript -> subscript(subscript, scope);
                    case Expression.Slice slice -> slice(slice, scope);
                    case Expression.Call call -> call(call, ArgumentsPlus.NONE, scope);
                    case Expression.Filtered filtered -> {
                        Object object = value(filtered.value(), scope);
                        Arguments arguments = arguments(filtered.arguments(), scope);
                        rendering.at(filtered.at());
                        yield Filters.apply(filtered.filter(), object, arguments, rendering);
                    }
                    case Expression.Tested tested -> {
                        Object object = value(tested.value(), scope);
                        Arguments arguments = arguments(tested.arguments(), scope);
                        rendering.at(tested.at());
                        yield Conditions.holds(tested.test(), object, arguments, rendering) != tested.negated();
                    }
                    case Expression.Signed signed -> signed(signed, scope);
                    case Expression.Not not -> !Values.truth(value(not.operand(), scope));
                    case Expression.Binary binary -> {
                        Object left = value(binary.left(), scope);
                        Object right = value(binary.right(), scope);
                        rendering.at(binary.at());
                        yield binary(binary.operator(), left, right);
                    }
                    case Expression.Logic logic -> {
                        Object left = value(logic.left(), scope);
                        yield Values.truth(left) == logic.and() ? value(logic.right(), scope) : left;
                    }
                    case Expression.Compared compared -> compared(compared, scope);
                    case Expression.Conditional conditional -> conditional(conditional, scope);
                    case Expression.Sequence sequence -> {
                        List<Object> items = values(sequence.items(), scope);
                        yield sequence.tuple() ? new Tuple(items) : items;
                    }
                    case Expression.Mapping mapping -> mapping(mapping, scope);
                };
        budget.leave();
        return value;
    }

    private List<Object> values(List<Expression> expressions, Scope scope) {
        List<Object> values = new ArrayList<>(expressions.size());
        for (Expression expression : expressions) {
            values.add(value(expression, scope));
        }
        return values;
    }

    private Object subscript(Expression.Subscript subscript, Scope scope) {
        Object object = value(subscript.object(), scope);
        Object key = value(subscript.key(), scope);
        rendering.at(subscript.at());
        return Attributes.item(object, key, budget);
    }

    private Object slice(Expression.Slice slice, Scope scope) {
        Object object = value(slice.object(), scope);
        Object from = optional(slice.from(), scope);
        Object to = optional(slice.to(), scope);
        Object step = optional(slice.step(), scope);
        rendering.at(slice.at());
        return Slices.slice(object, from, to, step, budget);
    }

    private Object optional(Optional<Expression> expression, Scope scope) {
        return expression.isPresent() ? value(expression.get(), scope) : null;
    }

    /** Calls a function, with one more named argument or with none. */
    Object call(Expression.Call call, ArgumentsPlus more, Scope scope) {
        Object function = value(call.function(), scope);
        Arguments arguments = more.added(arguments(call.arguments(), scope));
        rendering.at(call.at());
        return switch (function) {
            case Callable callable -> {
                Object result = callable.call(arguments);
                rendering.at(call.at());
                yield result;
            }
            case Undefined undefined -> throw undefined.error();
            case null, default -> throw TemplateError.type("'" + Values.typeName(function) + "' object is not callable");
        };
    }

    /** A named argument that a call block adds. */
    record ArgumentsPlus(String name, Object value) {
        static final ArgumentsPlus NONE = new ArgumentsPlus("", null);

        Arguments added(Arguments arguments) {
            if (name.isEmpty()) {
                return arguments;
            }
            Map<String, Object> named = new LinkedHashMap<>(arguments.named());
            named.put(name, value);
            return new Arguments(arguments.positional(), named);
        }
    }

    private Arguments arguments(ArgumentList list, Scope scope) {
        if (list == ArgumentList.NONE) {
            return Arguments.NONE;
        }
        List<Object> positional = values(list.positional(), scope);
        if (list.unpackedList().isPresent()) {
            positional.addAll(Values.items(value(list.unpackedList().get(), scope), budget));
        }
        Map<String, Object> named = new LinkedHashMap<>();
        for (Keyword keyword : list.named()) {
            named.put(keyword.name(), value(keyword.value(), scope));
        }
        if (list.unpackedMap().isPresent()) {
            if (!(value(list.unpackedMap().get(), scope) instanceof Map<?, ?> map)) {
                throw TemplateError.type("the argument after ** must be a mapping");
            }
            map.forEach((key, value) -> named.put(rendering.str(key), value));
        }
        return new Arguments(positional, named);
    }

    private Object signed(Expression.Signed signed, Scope scope) {
        Object operand = value(signed.operand(), scope);
        rendering.at(signed.at());
        if (!Numbers.isNumber(operand)) {
            throw Values.mismatch("a sign", operand, null);
        }
        return signed.negative() ? Numbers.negated(operand) : operand instanceof Boolean flag ? (flag ? 1L : 0L) : operand;
    }

    private Object binary(Operator operator, Object left, Object right) {
        if (operator == Operator.CONCATENATE) {
            return joined(rendering.str(left), rendering.str(right));
        }
        if (Numbers.isNumber(left) && Numbers.isNumber(right)) {
            return Numbers.apply(operator, left, right);
        }
        return switch (operator) {
            case ADD -> sum(left, right);
            case MULTIPLY -> Numbers.isInteger(left) ? repeated(right, left) : repeated(left, right);
            case MODULO -> {
                if (left instanceof String format && !(right instanceof Undefined)) {
                    yield Formats.percent(format, right, budget);
                }
                throw Values.mismatch("'%'", left, right);
            }
            case SUBTRACT, DIVIDE, FLOOR_DIVIDE, POWER, CONCATENATE -> throw Values.mismatch("the operator", left, right);
        };
    }

    private String joined(String left, String right) {
        budget.text((long) left.length() + right.length());
        return left.concat(right);
    }

    private Object sum(Object left, Object right) {
        if (left instanceof String first && right instanceof String second) {
            return joined(first, second);
        }
        if (left instanceof List<?> first && right instanceof List<?> second && first instanceof Tuple == second instanceof Tuple) {
            budget.items((long) first.size() + second.size());
            List<Object> both = new ArrayList<>(first);
            both.addAll(second);
            return first instanceof Tuple ? new Tuple(both) : both;
        }
        throw Values.mismatch("'+'", left, right);
    }

    private Object repeated(Object value, Object times) {
        if (!Numbers.isInteger(times) || !(value instanceof String || value instanceof List<?>)) {
            throw Values.mismatch("'*'", value, times);
        }
        BigInteger most = BigInteger.valueOf(Budget.MAX_TEXT + 1L);
        long count = Numbers.big(times).max(BigInteger.ZERO).min(most).longValue();
        if (value instanceof String text) {
            budget.text(text.length() * count);
            return text.repeat((int) count);
        }
        List<?> list = (List<?>) value;
        budget.items(list.size() * count);
        List<Object> items = new ArrayList<>();
        for (long i = 0; i < count && !list.isEmpty(); i++) {
            items.addAll(list);
        }
        return list instanceof Tuple ? new Tuple(items) : items;
    }

    private Object compared(Expression.Compared compared, Scope scope) {
        Object left = value(compared.first(), scope);
        for (Comparison comparison : compared.rest()) {
            Object right = value(comparison.operand(), scope);
            rendering.at(compared.at());
            boolean holds =
                    switch (comparison.relation()) {
                        case EQUAL -> Values.equal(left, right, budget);
                        case NOT_EQUAL -> !Values.equal(left, right, budget);
                        case LESS -> Values.compare(left, right, budget) < 0;
                        case LESS_OR_EQUAL -> Values.compare(left, right, budget) <= 0;
                        case GREATER -> Values.compare(left, right, budget) > 0;
                        case GREATER_OR_EQUAL -> Values.compare(left, right, budget) >= 0;
                        case IN -> Values.contains(right, left, budget);
                        case NOT_IN -> !Values.contains(right, left, budget);
                    };
            if (!holds) {
                return false;
            }
            left = right;
        }
        return true;
    }

    private Object conditional(Expression.Conditional conditional, Scope scope) {
        if (Values.truth(value(conditional.condition(), scope))) {
            return value(conditional.yes(), scope);
        }
        return conditional.no().isPresent()
                ? value(conditional.no().get(), scope)
                : new Undefined("an inline 'if' was false and has no 'else'");
    }

    private Object mapping(Expression.Mapping mapping, Scope scope) {
        Map<Object, Object> map = new LinkedHashMap<>();
        for (int i = 0; i < mapping.keys().size(); i++) {
            Object key = Values.key(value(mapping.keys().get(i), scope));
            map.put(key, value(mapping.values().get(i), scope));
        }
        return map;
    }
}
