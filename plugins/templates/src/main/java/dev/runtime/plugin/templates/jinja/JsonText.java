package dev.runtime.plugin.templates.jinja;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Values as JSON, the way Python's {@code json.dumps} gives it: that is what models were trained on. Nothing is escaped for HTML.
 *
 * @param ascii whether other characters than ASCII are escaped
 * @param indent text of one level of indentation, null for one line
 * @param itemSeparator between items
 * @param keySeparator between key and value
 * @param sorted whether keys are sorted
 */
record JsonText(boolean ascii, String indent, String itemSeparator, String keySeparator, boolean sorted) {
    static final JsonText PLAIN = new JsonText(false, null, ", ", ": ", false);

    String write(Object value, Budget budget) {
        StringBuilder out = new StringBuilder();
        write(value, out, 0, budget);
        return out.toString();
    }

    private void write(Object value, StringBuilder out, int level, Budget budget) {
        budget.enter();
        switch (value) {
            case null -> out.append("null");
            case String text -> quoted(text, out, budget);
            case Boolean flag -> out.append(flag.booleanValue());
            case Long number -> out.append(number.longValue());
            case BigInteger number -> out.append(number);
            case Double number -> out.append(real(number));
            case List<?> list -> list(list, out, level, budget);
            case Map<?, ?> map -> map(map, out, level, budget);
            case Undefined undefined -> throw undefined.error();
            default -> throw TemplateError.type("a " + Values.typeName(value) + " cannot be written as JSON");
        }
        budget.limit(out);
        budget.leave();
    }

    private static String real(double number) {
        if (Double.isNaN(number)) {
            return "NaN";
        }
        if (Double.isInfinite(number)) {
            return number > 0 ? "Infinity" : "-Infinity";
        }
        return PythonText.real(number);
    }

    private void list(List<?> list, StringBuilder out, int level, Budget budget) {
        out.append('[');
        for (int i = 0; i < list.size(); i++) {
            separate(i == 0, out, level + 1);
            write(list.get(i), out, level + 1, budget);
        }
        close(list.isEmpty(), out, level);
        out.append(']');
    }

    private void map(Map<?, ?> map, StringBuilder out, int level, Budget budget) {
        List<Map.Entry<?, ?>> entries = new ArrayList<>(map.entrySet());
        if (sorted) {
            entries.sort((left, right) -> Values.compare(left.getKey(), right.getKey(), budget));
        }
        out.append('{');
        for (int i = 0; i < entries.size(); i++) {
            separate(i == 0, out, level + 1);
            quoted(key(entries.get(i).getKey()), out, budget);
            out.append(keySeparator);
            write(entries.get(i).getValue(), out, level + 1, budget);
        }
        close(entries.isEmpty(), out, level);
        out.append('}');
    }

    private static String key(Object key) {
        return switch (key) {
            case null -> "null";
            case String text -> text;
            case Double number -> real(number);
            default -> key.toString();
        };
    }

    private void separate(boolean first, StringBuilder out, int level) {
        if (!first) {
            out.append(itemSeparator);
        }
        newline(out, level);
    }

    private void close(boolean empty, StringBuilder out, int level) {
        if (!empty) {
            newline(out, level);
        }
    }

    private void newline(StringBuilder out, int level) {
        if (indent != null) {
            out.append('\n').repeat(indent, level);
        }
    }

    private void quoted(String text, StringBuilder out, Budget budget) {
        budget.text(text.length());
        out.append('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '"' -> out.append("\\\"");
                case '\\' -> out.append("\\\\");
                case '\n' -> out.append("\\n");
                case '\r' -> out.append("\\r");
                case '\t' -> out.append("\\t");
                case '\b' -> out.append("\\b");
                case '\f' -> out.append("\\f");
                default -> {
                    if (c < ' ' || ascii && c > '~') {
                        out.append(String.format("\\u%04x", (int) c));
                    } else {
                        out.append(c);
                    }
                }
            }
        }
        out.append('"');
    }
}
