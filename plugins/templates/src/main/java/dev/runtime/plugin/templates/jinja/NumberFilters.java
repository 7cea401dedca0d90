package dev.runtime.plugin.templates.jinja;

import dev.runtime.plugin.templates.jinja.Arguments.Bound;
import dev.runtime.plugin.templates.jinja.Expression.Operator;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Map;

/** Filters that make numbers. */
final class NumberFilters {
    private NumberFilters() {}

    static void addTo(Map<String, Filter> filters) {
        filters.put("abs", (value, _, _) -> absolute(value));
        filters.put("int", (value, arguments, _) -> integer(value, arguments));
        filters.put("float", (value, arguments, _) -> real(value, arguments));
        filters.put("round", (value, arguments, _) -> rounded(value, arguments));
        filters.put("sum", NumberFilters::sum);
    }

    private static Object absolute(Object value) {
        if (!Numbers.isNumber(value)) {
            throw Values.mismatch("abs", value, null);
        }
        return Numbers.compare(value, 0L) < 0 ? Numbers.negated(value) : value instanceof Boolean flag ? (flag ? 1L : 0L) : value;
    }

    private static Object integer(Object value, Arguments arguments) {
        Bound bound = arguments.bind("int", "default", "base");
        Object parsed =
                switch (value) {
                    case String text -> fromText(text, Math.clamp(bound.integer(1, 10), 0, 36));
                    case Double real -> fromReal(real);
                    case null, default -> Numbers.isInteger(value) ? Numbers.shortened(Numbers.big(value)) : null;
                };
        return parsed == null ? bound.value(0, 0L) : parsed;
    }

    private static Object fromText(String text, int base) {
        String digits = text;
        if (base == 16 && digits.startsWith("0x") || base == 8 && digits.startsWith("0o") || base == 2 && digits.startsWith("0b")) {
            digits = digits.substring(2);
        }
        Object integer = Numbers.parsedInteger(digits, base);
        Double real = integer == null ? Numbers.parsedReal(text) : null;
        return real == null ? integer : fromReal(real);
    }

    private static Object fromReal(double real) {
        return Double.isNaN(real) || Double.isInfinite(real) ? null : Numbers.shortened(new BigDecimal(real).toBigInteger());
    }

    private static Object real(Object value, Arguments arguments) {
        Bound bound = arguments.bind("float", "default");
        Double parsed = value instanceof String text ? Numbers.parsedReal(text) : null;
        if (Numbers.isNumber(value)) {
            parsed = Numbers.real(value);
        }
        return parsed == null ? bound.value(0, 0.0) : parsed;
    }

    private static Object rounded(Object value, Arguments arguments) {
        Bound bound = arguments.bind("round", "precision", "method");
        if (!Numbers.isNumber(value)) {
            throw Values.mismatch("round", value, null);
        }
        RoundingMode mode =
                switch (bound.text(1, "common")) {
                    case "common" -> RoundingMode.HALF_EVEN;
                    case "ceil" -> RoundingMode.CEILING;
                    case "floor" -> RoundingMode.FLOOR;
                    default -> throw TemplateError.type("round: the method must be common, ceil or floor");
                };
        int digits = Math.clamp(bound.integer(0, 0), -400, 400);
        if (Numbers.isInteger(value) && mode == RoundingMode.HALF_EVEN && digits >= 0) {
            return Numbers.shortened(Numbers.big(value));
        }
        return Numbers.rounded(Numbers.real(value), digits, mode);
    }

    private static Object sum(Object value, Arguments arguments, Rendering rendering) {
        Bound bound = arguments.bind("sum", "attribute", "start");
        Object sum = bound.value(1, 0L);
        for (Object item : Values.items(value, rendering.budget())) {
            rendering.budget().step();
            Object part = ListFilters.attribute(item, bound.value(0, null), rendering);
            if (!Numbers.isNumber(sum) || !Numbers.isNumber(part)) {
                throw Values.mismatch("'+'", sum, part);
            }
            sum = Numbers.apply(Operator.ADD, sum, part);
        }
        return sum;
    }
}
