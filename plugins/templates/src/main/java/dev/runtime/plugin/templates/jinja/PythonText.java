package dev.runtime.plugin.templates.jinja;

import java.math.BigDecimal;
import java.util.List;
import java.util.Map;

/** Values as text, the way Python's {@code str} and {@code repr} give it. */
final class PythonText {
    private PythonText() {}

    /** Returns a value as output shows it. */
    static String str(Object value, Budget budget) {
        if (value instanceof String text) {
            return text;
        }
        if (value instanceof Undefined) {
            return "";
        }
        return repr(value, budget);
    }

    /** Returns a value as output shows it inside of a list. */
    static String repr(Object value, Budget budget) {
        StringBuilder out = new StringBuilder();
        write(value, out, budget);
        return out.toString();
    }

    private static void write(Object value, StringBuilder out, Budget budget) {
        budget.enter();
        switch (value) {
            case null -> out.append("None");
            case Boolean flag -> out.append(flag ? "True" : "False");
            case Double number -> out.append(real(number));
            case String text -> quoted(text, out, budget);
            case Tuple tuple -> {
                items(tuple, '(', tuple.size() == 1 ? ",)" : ")", out, budget);
            }
            case List<?> list -> items(list, '[', "]", out, budget);
            case Map<?, ?> map -> {
                out.append('{');
                String separator = "";
                for (Map.Entry<?, ?> entry : map.entrySet()) {
                    out.append(separator);
                    write(entry.getKey(), out, budget);
                    out.append(": ");
                    write(entry.getValue(), out, budget);
                    separator = ", ";
                }
                out.append('}');
            }
            case Namespace namespace -> {
                out.append("<Namespace ");
                write(namespace.members(), out, budget);
                out.append('>');
            }
            case Undefined _ -> out.append("Undefined");
            case Callable _ -> out.append('<').append(Values.typeName(value)).append('>');
            default -> out.append(value);
        }
        budget.limit(out);
        budget.leave();
    }

    private static void items(List<?> list, char open, String close, StringBuilder out, Budget budget) {
        out.append(open);
        for (int i = 0; i < list.size(); i++) {
            if (i > 0) {
                out.append(", ");
            }
            write(list.get(i), out, budget);
        }
        out.append(close);
    }

    private static void quoted(String text, StringBuilder out, Budget budget) {
        budget.text(text.length());
        char quote = text.indexOf('\'') >= 0 && text.indexOf('"') < 0 ? '"' : '\'';
        out.append(quote);
        text.codePoints().forEach(c -> {
            switch (c) {
                case '\n' -> out.append("\\n");
                case '\r' -> out.append("\\r");
                case '\t' -> out.append("\\t");
                case '\\' -> out.append("\\\\");
                default -> {
                    if (c == quote) {
                        out.append('\\').append(quote);
                    } else if (printable(c)) {
                        out.appendCodePoint(c);
                    } else {
                        out.append(String.format(c < 0x100 ? "\\x%02x" : c < 0x10000 ? "\\u%04x" : "\\U%08x", c));
                    }
                }
            }
        });
        out.append(quote);
    }

    private static boolean printable(int codePoint) {
        return switch ((byte) Character.getType(codePoint)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.SURROGATE,
                    Character.PRIVATE_USE,
                    Character.UNASSIGNED,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR ->
                false;
            case Character.SPACE_SEPARATOR -> codePoint == ' ';
            default -> true;
        };
    }

    /** Returns the shortest text that reads back as this number, with an exponent below 1e-4 and from 1e16 on. */
    static String real(double number) {
        if (Double.isNaN(number)) {
            return "nan";
        }
        if (Double.isInfinite(number)) {
            return number > 0 ? "inf" : "-inf";
        }
        if (number == 0) {
            return 1 / number < 0 ? "-0.0" : "0.0";
        }
        BigDecimal shortest = new BigDecimal(Double.toString(number)).stripTrailingZeros();
        String digits = shortest.unscaledValue().abs().toString();
        int exponent = digits.length() - shortest.scale() - 1;
        String sign = number < 0 ? "-" : "";
        if (exponent >= -4 && exponent < 16) {
            String plain = shortest.abs().toPlainString();
            return sign + (plain.indexOf('.') < 0 ? plain + ".0" : plain);
        }
        String mantissa = digits.length() == 1 ? digits : digits.charAt(0) + "." + digits.substring(1);
        return sign + mantissa + (exponent < 0 ? "e-" : "e+") + (Math.abs(exponent) < 10 ? "0" : "") + Math.abs(exponent);
    }
}
