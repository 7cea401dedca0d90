package dev.runtime.plugin.templates.jinja;

import dev.runtime.plugin.templates.jinja.Arguments.Bound;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Filters that make text. They take any value and look at its text. */
final class TextFilters {
    private static final int MAX_INDENT = 64;

    private TextFilters() {}

    static void addTo(Map<String, Filter> filters) {
        filters.put("string", (value, _, rendering) -> text(value, rendering));
        filters.put("safe", (value, _, rendering) -> text(value, rendering));
        filters.put("escape", TextFilters::escape);
        filters.put("e", TextFilters::escape);
        filters.put("forceescape", TextFilters::escape);
        filters.put("upper", (value, _, rendering) -> text(value, rendering).toUpperCase(Locale.ROOT));
        filters.put("lower", (value, _, rendering) -> text(value, rendering).toLowerCase(Locale.ROOT));
        filters.put("capitalize", (value, _, rendering) -> capitalized(text(value, rendering)));
        filters.put("title", (value, _, rendering) -> title(text(value, rendering)));
        filters.put("trim", TextFilters::trim);
        filters.put("replace", TextFilters::replace);
        filters.put("indent", TextFilters::indent);
        filters.put("truncate", TextFilters::truncate);
        filters.put("center", TextFilters::center);
        filters.put("wordcount", (value, _, rendering) -> words(text(value, rendering)));
        filters.put("urlencode", (value, _, rendering) -> urlEncoded(text(value, rendering)));
        filters.put("format", TextFilters::format);
        filters.put("tojson", TextFilters::json);
    }

    /** Returns a value's text, paid for: the filter is about to read it. */
    private static String text(Object value, Rendering rendering) {
        String text = rendering.str(value);
        rendering.budget().text(text.length());
        return text;
    }

    static String capitalized(String text) {
        if (text.isEmpty()) {
            return text;
        }
        int first = text.codePointAt(0);
        return Character.toString(Character.toTitleCase(first)) + text.substring(Character.charCount(first)).toLowerCase(Locale.ROOT);
    }

    /** Begins each word, after white space, a hyphen or an opening bracket, with a capital. */
    private static String title(String text) {
        StringBuilder out = new StringBuilder(text.length());
        boolean begins = true;
        for (int i = 0; i < text.length(); ) {
            int c = text.codePointAt(i);
            out.append(begins ? Character.toString(c).toUpperCase(Locale.ROOT) : Character.toString(c).toLowerCase(Locale.ROOT));
            begins = c <= 0xffff && (Spaces.isSpace((char) c) || "-({[<".indexOf(c) >= 0);
            i += Character.charCount(c);
        }
        return out.toString();
    }

    private static Object escape(Object value, Arguments arguments, Rendering rendering) {
        return text(value, rendering)
                .replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("'", "&#39;")
                .replace("\"", "&#34;");
    }

    private static Object trim(Object value, Arguments arguments, Rendering rendering) {
        String characters = arguments.bind("trim", "chars").optionalText(0).orElse(null);
        return Spaces.strip(text(value, rendering), characters, true, true);
    }

    private static Object replace(Object value, Arguments arguments, Rendering rendering) {
        Bound bound = arguments.bind("replace", "old", "new", "count");
        long count = bound.has(2) && bound.value(2) != null ? bound.integer(2) : -1;
        String old = rendering.str(bound.value(0));
        return StringMethods.replace(text(value, rendering), old, rendering.str(bound.value(1)), count, rendering.budget());
    }

    private static Object indent(Object value, Arguments arguments, Rendering rendering) {
        Bound bound = arguments.bind("indent", "width", "first", "blank");
        String indentation = indentation(bound.value(0, 4L), rendering);
        boolean blank = bound.flag(2, false);
        StringBuilder out = new StringBuilder();
        List<Object> lines = StringMethods.lines(text(value, rendering) + "\n", false, rendering.budget());
        for (int i = 0; i < lines.size(); i++) {
            String line = (String) lines.get(i);
            if (i > 0) {
                rendering.budget().append(out, "\n");
            }
            if (i == 0 ? bound.flag(1, false) : blank || !line.isEmpty()) {
                rendering.budget().append(out, indentation);
            }
            rendering.budget().append(out, line);
        }
        return out.toString();
    }

    private static String indentation(Object width, Rendering rendering) {
        String text = width instanceof Long count ? " ".repeat((int) Math.clamp(count, 0, MAX_INDENT + 1L)) : rendering.str(width);
        if (text.length() > MAX_INDENT) {
            throw TemplateError.denied("an indentation of more than " + MAX_INDENT + " characters");
        }
        return text;
    }

    private static Object truncate(Object value, Arguments arguments, Rendering rendering) {
        Bound bound = arguments.bind("truncate", "length", "killwords", "end", "leeway");
        String text = text(value, rendering);
        String end = bound.text(2, "...");
        long length = bound.integer(0, 255);
        if (Values.length(text) <= length + bound.integer(3, 5)) {
            return text;
        }
        long kept = length - Values.length(end);
        if (kept < 0) {
            throw TemplateError.type("truncate: the length is shorter than its end mark");
        }
        String cut = (String) Slices.slice(text, null, kept, null, rendering.budget());
        int space = cut.lastIndexOf(' ');
        return (bound.flag(1, false) || space < 0 ? cut : cut.substring(0, space)) + end;
    }

    private static Object center(Object value, Arguments arguments, Rendering rendering) {
        long width = arguments.bind("center", "width").integer(0, 80);
        Callable method = (Callable) StringMethods.find(text(value, rendering), "center", rendering.budget());
        return method.call(Arguments.of(width));
    }

    /** Encodes as Python's {@code quote} does: a space is {@code %20}, and a slash stays. */
    private static String urlEncoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8)
                .replace("+", "%20")
                .replace("%2F", "/")
                .replace("%7E", "~")
                .replace("*", "%2A");
    }

    private static Object words(String text) {
        long count = 0;
        boolean inWord = false;
        for (int i = 0; i < text.length(); i++) {
            boolean word = Character.isLetterOrDigit(text.charAt(i)) || text.charAt(i) == '_';
            count += word && !inWord ? 1 : 0;
            inWord = word;
        }
        return count;
    }

    private static Object format(Object value, Arguments arguments, Rendering rendering) {
        Object values = arguments.named().isEmpty() ? new Tuple(arguments.positional()) : arguments.named();
        return Formats.percent(rendering.str(value), values, rendering.budget());
    }

    private static Object json(Object value, Arguments arguments, Rendering rendering) {
        Bound bound = arguments.bind("tojson", "ensure_ascii", "indent", "separators", "sort_keys");
        // Jinja's own filter has the indentation first, which some templates rely on
        boolean indentFirst = bound.has(0) && !(bound.value(0) instanceof Boolean) && !bound.has(1);
        Object indent = indentFirst ? bound.value(0) : bound.value(1, null);
        String indentation = indent == null ? null : indentation(indent, rendering);
        String itemSeparator = indentation == null ? ", " : ",";
        String keySeparator = ": ";
        if (bound.value(2, null) instanceof List<?> separators && separators.size() == 2) {
            itemSeparator = rendering.str(separators.get(0));
            keySeparator = rendering.str(separators.get(1));
        }
        boolean ascii = !indentFirst && bound.flag(0, false);
        return new JsonText(ascii, indentation, itemSeparator, keySeparator, bound.flag(3, false)).write(value, rendering.budget());
    }
}
