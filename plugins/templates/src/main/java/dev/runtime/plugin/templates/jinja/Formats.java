package dev.runtime.plugin.templates.jinja;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Formatting of strings: {@code "%s" % value} and {@code "{}".format(value)}, the latter with plain fields only. */
final class Formats {
    private Formats() {}

    /** Formats with percent signs; a tuple gives several values, a map gives values by name. */
    static String percent(String format, Object values, Budget budget) {
        StringBuilder out = new StringBuilder();
        List<?> list = values instanceof Tuple tuple ? tuple : Collections.singletonList(values);
        int used = 0;
        int i = 0;
        while (i < format.length()) {
            int sign = format.indexOf('%', i);
            if (sign < 0) {
                break;
            }
            budget.append(out, format.substring(i, sign));
            Directive directive = Directive.parse(format, sign + 1);
            i = directive.end();
            if (directive.type() == '%') {
                budget.append(out, "%");
                continue;
            }
            Object value;
            if (directive.name() != null) {
                value = values instanceof Map<?, ?> map ? map.get(directive.name()) : new Undefined("format requires a mapping");
            } else if (used < list.size()) {
                value = list.get(used++);
            } else {
                throw TemplateError.type("not enough arguments for the format");
            }
            budget.text(directive.width());
            budget.append(out, directive.padded(formatted(directive, value, budget)));
        }
        if (used < list.size() && !(values instanceof Map<?, ?>)) {
            throw TemplateError.type("not all arguments were used by the format");
        }
        budget.append(out, format.substring(i));
        return out.toString();
    }

    private static String formatted(Directive directive, Object value, Budget budget) {
        return switch (directive.type()) {
            case 's' -> cut(PythonText.str(value, budget), directive.precision());
            case 'r' -> cut(PythonText.repr(value, budget), directive.precision());
            case 'd', 'i' -> directive.signed(integer(value).toString());
            case 'x' -> directive.signed(integer(value).toString(16));
            case 'X' -> directive.signed(integer(value).toString(16).toUpperCase(Locale.ROOT));
            case 'o' -> directive.signed(integer(value).toString(8));
            case 'f', 'F' -> directive.signed(fixed(Numbers.real(value), directive.precision() < 0 ? 6 : directive.precision()));
            default -> throw TemplateError.type("unsupported format character '" + directive.type() + "'");
        };
    }

    private static BigInteger integer(Object value) {
        if (value instanceof Undefined undefined) {
            throw undefined.error();
        }
        return value instanceof Double real ? new BigDecimal(real).toBigInteger() : Numbers.big(value);
    }

    private static String fixed(double value, int digits) {
        if (Double.isNaN(value) || Double.isInfinite(value)) {
            return PythonText.real(value);
        }
        return new BigDecimal(value).setScale(digits, RoundingMode.HALF_EVEN).toPlainString();
    }

    private static String cut(String text, int length) {
        return length < 0 || text.codePointCount(0, text.length()) <= length
                ? text
                : text.substring(0, text.offsetByCodePoints(0, length));
    }

    /**
     * One directive of a format.
     *
     * @param name in round brackets, or null
     * @param flags characters of "-+ 0#"
     * @param width least length
     * @param precision digits or greatest length, -1 if none
     * @param type its letter
     * @param end offset after it
     */
    private record Directive(String name, String flags, int width, int precision, char type, int end) {
        static Directive parse(String format, int start) {
            int i = start;
            String name = null;
            if (i < format.length() && format.charAt(i) == '(') {
                int close = format.indexOf(')', i);
                name = close < 0 ? null : format.substring(i + 1, close);
                i = close < 0 ? i : close + 1;
            }
            int flags = i;
            while (i < format.length() && "-+ 0#".indexOf(format.charAt(i)) >= 0) {
                i++;
            }
            int width = i;
            i = digits(format, i);
            int precision = i < format.length() && format.charAt(i) == '.' ? i + 1 : -1;
            int end = precision < 0 ? i : digits(format, precision);
            if (end >= format.length()) {
                throw TemplateError.type("incomplete format");
            }
            return new Directive(
                    name,
                    format.substring(flags, width),
                    number(format.substring(width, i)),
                    precision < 0 ? -1 : number(format.substring(precision, end)),
                    format.charAt(end),
                    end + 1);
        }

        private static int digits(String format, int from) {
            int i = from;
            while (i < format.length() && format.charAt(i) >= '0' && format.charAt(i) <= '9') {
                i++;
            }
            return i;
        }

        private static int number(String digits) {
            if (digits.length() > 4) {
                throw TemplateError.denied("a format of more than 9999 characters");
            }
            return digits.isEmpty() ? 0 : Integer.parseInt(digits);
        }

        String signed(String number) {
            if (number.startsWith("-")) {
                return number;
            }
            return flags.contains("+") ? "+" + number : flags.contains(" ") ? " " + number : number;
        }

        String padded(String text) {
            int missing = width - text.codePointCount(0, text.length());
            if (missing <= 0) {
                return text;
            }
            if (flags.contains("-")) {
                return text + " ".repeat(missing);
            }
            if (flags.contains("0") && "dixXofF".indexOf(type) >= 0) {
                int sign = text.startsWith("-") || text.startsWith("+") || text.startsWith(" ") ? 1 : 0;
                return text.substring(0, sign) + "0".repeat(missing) + text.substring(sign);
            }
            return " ".repeat(missing) + text;
        }
    }

    /** Formats with curly brackets. Fields reach into nothing: {@code {0.name}} and {@code {0[key]}} are refused. */
    static String braces(String format, Arguments arguments, Budget budget) {
        StringBuilder out = new StringBuilder();
        int automatic = 0;
        int i = 0;
        while (i < format.length()) {
            char c = format.charAt(i);
            boolean doubled = i + 1 < format.length() && format.charAt(i + 1) == c;
            if ((c == '{' || c == '}') && doubled) {
                budget.append(out, String.valueOf(c));
                i += 2;
            } else if (c == '{') {
                int close = format.indexOf('}', i);
                if (close < 0) {
                    throw TemplateError.type("expected '}' before the end of the format");
                }
                String field = format.substring(i + 1, close);
                String name = field.isEmpty() ? String.valueOf(automatic++) : field;
                budget.append(out, PythonText.str(field(name, arguments), budget));
                i = close + 1;
            } else {
                int next = i + 1;
                while (next < format.length() && format.charAt(next) != '{' && format.charAt(next) != '}') {
                    next++;
                }
                budget.append(out, format.substring(i, next));
                i = next;
            }
        }
        return out.toString();
    }

    private static Object field(String name, Arguments arguments) {
        if (arguments.named().containsKey(name)) {
            return arguments.named().get(name);
        }
        if (!name.isEmpty() && name.length() < 6 && name.chars().allMatch(c -> c >= '0' && c <= '9')) {
            int index = Integer.parseInt(name);
            if (index < arguments.positional().size()) {
                return arguments.positional().get(index);
            }
        }
        throw TemplateError.denied("format field '" + name + "' names no argument");
    }
}
