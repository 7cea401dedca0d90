package dev.runtime.plugin.templates.go;

import java.math.BigDecimal;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** Values as text, in the language's default form, and by formats. */
final class Printed {
    private static final int WIDEST = 1000;

    private Printed() {}

    /** Returns what an action prints. */
    static String action(Object value) {
        return value == null ? "<no value>" : text(value);
    }

    /** Returns the default form of a value. */
    static String text(Object value) {
        return switch (value) {
            case null -> "<nil>";
            case String text -> text;
            case Double number -> number(number);
            case GoStruct struct -> struct.json() != null ? GoJson.text(struct.json()) : braces("{", struct.fields().values().iterator(), "}");
            case GoJson.Array array -> GoJson.text(array);
            case GoJson.Dictionary dictionary -> GoJson.text(dictionary);
            case List<?> list -> braces("[", list.iterator(), "]");
            case Map<?, ?> map -> {
                TreeMap<String, Object> sorted = new TreeMap<>();
                map.forEach((key, each) -> sorted.put(String.valueOf(key), each));
                yield braces("map[", sorted.entrySet().stream().map(e -> e.getKey() + ":" + text(e.getValue())).iterator(), "]");
            }
            default -> value.toString();
        };
    }

    private static String braces(String open, Iterator<?> parts, String close) {
        StringBuilder out = new StringBuilder(open);
        while (parts.hasNext()) {
            out.append(out.length() > open.length() ? " " : "").append(text(parts.next()));
        }
        return out.append(close).toString();
    }

    /** The shortest form that reads as the same number; an exponent only for very large and very small ones. */
    static String number(double number) {
        if (number == Math.rint(number) && Math.abs(number) < 1e15) {
            return Long.toString((long) number);
        }
        double magnitude = Math.abs(number);
        if (Double.isFinite(number) && magnitude >= 1e-4 && magnitude < 1e21) {
            return BigDecimal.valueOf(number).toPlainString();
        }
        return Double.isFinite(number) ? Double.toString(number).replace("E-", "e-0").replace("E", "e+").replaceFirst("(e[-+]0?)0(\\d\\d)", "$1$2")
                : Double.isNaN(number) ? "NaN" : number > 0 ? "+Inf" : "-Inf";
    }

    /** Values with blanks between those of which neither is a text. */
    static String print(List<Object> values, boolean line) {
        StringBuilder out = new StringBuilder();
        for (int i = 0; i < values.size(); i++) {
            boolean blank = i > 0 && (line || !(values.get(i) instanceof String) && !(values.get(i - 1) instanceof String));
            out.append(blank ? " " : "").append(text(values.get(i)));
        }
        return out.append(line ? "\n" : "").toString();
    }

    /** Formats values by verbs {@code %s %v %d %q %t %f %x %%} with width, precision and the flags minus, plus and zero. */
    static String format(String format, List<Object> values, int at) {
        StringBuilder out = new StringBuilder();
        int used = 0;
        for (int i = 0; i < format.length(); i++) {
            char c = format.charAt(i);
            if (c != '%') {
                out.append(c);
                continue;
            }
            int start = ++i;
            while (i < format.length() && "-+0 .123456789#".indexOf(format.charAt(i)) >= 0) {
                i++;
            }
            if (i == format.length()) {
                return out.append("%!(NOVERB)").toString();
            }
            if (format.charAt(i) == '%') {
                out.append('%');
            } else if (used == values.size()) {
                out.append("%!").append(format.charAt(i)).append("(MISSING)");
            } else {
                out.append(padded(format.substring(start, i), format.charAt(i), values.get(used++), at));
            }
        }
        if (used < values.size()) {
            out.append("%!(EXTRA ");
            for (int i = used; i < values.size(); i++) {
                out.append(i > used ? ", " : "").append(kind(values.get(i))).append('=').append(text(values.get(i)));
            }
            out.append(')');
        }
        return out.toString();
    }

    private static String padded(String flags, char verb, Object value, int at) {
        int dot = flags.indexOf('.');
        String digits = (dot < 0 ? flags : flags.substring(0, dot)).replaceFirst("^[-+ 0#]*", "");
        String precise = dot < 0 ? "" : flags.substring(dot + 1);
        int width = digits.isEmpty() ? 0 : small(digits, at);
        String text = verb(verb, value, precise.isEmpty() ? -1 : small(precise, at));
        if (flags.startsWith("+") && value instanceof Number && !text.startsWith("-")) {
            text = "+" + text;
        }
        int missing = Math.max(0, width - text.codePointCount(0, text.length()));
        if (flags.startsWith("-")) {
            return text + " ".repeat(missing);
        }
        return (flags.startsWith("0") && value instanceof Number ? "0" : " ").repeat(missing) + text;
    }

    private static int small(String digits, int at) {
        if (digits.length() > 4 || !digits.chars().allMatch(Character::isDigit) || Integer.parseInt(digits) > WIDEST) {
            throw new GoError("a width in printf is beyond " + WIDEST, at);
        }
        return Integer.parseInt(digits);
    }

    private static String verb(char verb, Object value, int precision) {
        return switch (verb) {
            case 'v' -> text(value);
            case 's' -> {
                String text = value instanceof Long || value instanceof Double || value instanceof Boolean
                        ? "%!s(" + kind(value) + "=" + text(value) + ")" : text(value);
                yield precision >= 0 && precision < text.length() ? text.substring(0, text.offsetByCodePoints(0, Math.min(precision,
                        text.codePointCount(0, text.length())))) : text;
            }
            case 'q' -> GoJson.text(text(value)).replace("\\u003c", "<").replace("\\u003e", ">").replace("\\u0026", "&");
            case 'd' -> value instanceof Long ? text(value) : "%!d(" + kind(value) + "=" + text(value) + ")";
            case 't' -> value instanceof Boolean ? text(value) : "%!t(" + kind(value) + "=" + text(value) + ")";
            case 'x' -> value instanceof Long n ? Long.toHexString(n) : "%!x(" + kind(value) + "=" + text(value) + ")";
            case 'f' -> value instanceof Double d ? String.format(Locale.ROOT, "%." + (precision < 0 ? 6 : precision) + "f", d)
                    : "%!f(" + kind(value) + "=" + text(value) + ")";
            default -> "%!" + verb + "(" + kind(value) + "=" + text(value) + ")";
        };
    }

    /** Returns the name of a value's kind. */
    static String kind(Object value) {
        return switch (value) {
            case null -> "<nil>";
            case String _ -> "string";
            case Long _ -> "int";
            case Double _ -> "float64";
            case Boolean _ -> "bool";
            case GoStruct struct -> struct.type();
            case List<?> _ -> "slice";
            case GoJson.Array _ -> "slice";
            default -> "map";
        };
    }
}
