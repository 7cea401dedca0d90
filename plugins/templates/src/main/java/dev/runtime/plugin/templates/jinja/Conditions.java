package dev.runtime.plugin.templates.jinja;

import dev.runtime.plugin.templates.jinja.Expression.Operator;
import java.math.BigInteger;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** What stands after {@code is}. */
final class Conditions {
    private Conditions() {}

    /** Tells whether a test holds for a value. */
    static boolean holds(String test, Object value, Arguments arguments, Rendering rendering) {
        Budget budget = rendering.budget();
        return switch (test) {
            case "defined" -> !(value instanceof Undefined);
            case "undefined" -> value instanceof Undefined;
            case "none" -> value == null;
            case "boolean" -> value instanceof Boolean;
            case "true" -> Boolean.TRUE.equals(value);
            case "false" -> Boolean.FALSE.equals(value);
            case "integer" -> value instanceof Long || value instanceof BigInteger;
            case "float" -> value instanceof Double;
            case "number" -> Numbers.isNumber(value);
            case "string" -> value instanceof String;
            case "mapping" -> value instanceof Map;
            case "sequence" -> value instanceof String || value instanceof List || value instanceof Map || value instanceof Undefined;
            case "iterable" -> value instanceof String || value instanceof List || value instanceof Map || value instanceof Undefined;
            case "callable" -> value instanceof Callable;
            case "escaped" -> false;
            case "lower" -> rendering.str(value).equals(rendering.str(value).toLowerCase(Locale.ROOT)) && cased(rendering.str(value));
            case "upper" -> rendering.str(value).equals(rendering.str(value).toUpperCase(Locale.ROOT)) && cased(rendering.str(value));
            case "odd" -> Numbers.compare(remainder(value, 2L), 1L) == 0;
            case "even" -> Numbers.compare(remainder(value, 2L), 0L) == 0;
            case "divisibleby" -> Numbers.compare(remainder(value, other(test, arguments)), 0L) == 0;
            case "sameas" -> same(value, other(test, arguments));
            case "eq", "equalto" -> Values.equal(value, other(test, arguments), budget);
            case "ne" -> !Values.equal(value, other(test, arguments), budget);
            case "lt", "lessthan" -> Values.compare(value, other(test, arguments), budget) < 0;
            case "le" -> Values.compare(value, other(test, arguments), budget) <= 0;
            case "gt", "greaterthan" -> Values.compare(value, other(test, arguments), budget) > 0;
            case "ge" -> Values.compare(value, other(test, arguments), budget) >= 0;
            case "in" -> Values.contains(other(test, arguments), value, budget);
            case "filter" -> value instanceof String name && Filters.exists(name);
            default -> throw TemplateError.type("there is no test '" + test + "'");
        };
    }

    private static Object other(String test, Arguments arguments) {
        return arguments.bind(test, "other").value(0);
    }

    private static Object remainder(Object value, Object divisor) {
        if (!Numbers.isNumber(value) || !Numbers.isNumber(divisor)) {
            throw Values.mismatch("'%'", value, divisor);
        }
        return Numbers.apply(Operator.MODULO, value, divisor);
    }

    private static boolean same(Object left, Object right) {
        boolean plain = left instanceof Boolean || left instanceof Long || left instanceof String;
        return left == right || plain && left.equals(right);
    }

    private static boolean cased(String text) {
        return !text.toLowerCase(Locale.ROOT).equals(text.toUpperCase(Locale.ROOT));
    }
}
