package dev.runtime.plugin.templates.jinja;

import dev.runtime.plugin.templates.jinja.Arguments.Bound;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.IntPredicate;

/** Methods of strings. */
final class StringMethods {
    private StringMethods() {}

    /** Returns the bound method, or {@link Attributes#ABSENT}. */
    static Object find(String text, String name, Budget budget) {
        Callable method =
                switch (name) {
                    case "strip" -> arguments -> strip(text, arguments, true, true);
                    case "lstrip" -> arguments -> strip(text, arguments, true, false);
                    case "rstrip" -> arguments -> strip(text, arguments, false, true);
                    case "upper" -> _ -> text.toUpperCase(Locale.ROOT);
                    case "lower", "casefold" -> _ -> text.toLowerCase(Locale.ROOT);
                    case "capitalize" -> _ -> TextFilters.capitalized(text);
                    case "title" -> _ -> title(text);
                    case "swapcase" -> _ -> swapCase(text);
                    case "split" -> arguments -> split(text, arguments, false, budget);
                    case "rsplit" -> arguments -> split(text, arguments, true, budget);
                    case "splitlines" -> arguments -> lines(text, arguments.bind(name, "keepends").flag(0, false), budget);
                    case "partition" -> arguments -> partition(text, arguments.bind(name, "sep").text(0), false);
                    case "rpartition" -> arguments -> partition(text, arguments.bind(name, "sep").text(0), true);
                    case "startswith" -> arguments -> affix(text, arguments.bind(name, "prefix", "start", "end"), true, budget);
                    case "endswith" -> arguments -> affix(text, arguments.bind(name, "suffix", "start", "end"), false, budget);
                    case "removeprefix" -> arguments -> without(text, arguments.bind(name, "prefix").text(0), true);
                    case "removesuffix" -> arguments -> without(text, arguments.bind(name, "suffix").text(0), false);
                    case "replace" -> arguments -> {
                        Bound bound = arguments.bind(name, "old", "new", "count");
                        return replace(text, bound.text(0), bound.text(1), bound.integer(2, -1), budget);
                    };
                    case "find" -> arguments -> CodePoints.count(text, text.indexOf(arguments.bind(name, "sub").text(0)));
                    case "rfind" -> arguments -> CodePoints.count(text, text.lastIndexOf(arguments.bind(name, "sub").text(0)));
                    case "index" -> arguments -> found(CodePoints.count(text, text.indexOf(arguments.bind(name, "sub").text(0))));
                    case "rindex" -> arguments -> found(CodePoints.count(text, text.lastIndexOf(arguments.bind(name, "sub").text(0))));
                    case "count" -> arguments -> occurrences(text, arguments.bind(name, "sub").text(0), budget);
                    case "join" -> arguments -> join(text, arguments.bind(name, "iterable").value(0), budget);
                    case "format" -> arguments -> Formats.braces(text, arguments, budget);
                    case "zfill" -> arguments -> zeroFilled(text, arguments.bind(name, "width").integer(0), budget);
                    case "ljust" -> arguments -> padded(text, arguments.bind(name, "width", "fillchar"), 0, 1, budget);
                    case "rjust" -> arguments -> padded(text, arguments.bind(name, "width", "fillchar"), 1, 0, budget);
                    case "center" -> arguments -> padded(text, arguments.bind(name, "width", "fillchar"), 1, 1, budget);
                    case "isdigit", "isdecimal", "isnumeric" -> _ -> all(text, Character::isDigit);
                    case "isalpha" -> _ -> all(text, Character::isLetter);
                    case "isalnum" -> _ -> all(text, Character::isLetterOrDigit);
                    case "isspace" -> _ -> all(text, c -> c <= 0xffff && Spaces.isSpace((char) c));
                    case "isascii" -> _ -> text.chars().allMatch(c -> c < 0x80);
                    case "isupper" -> _ -> !text.equals(text.toLowerCase(Locale.ROOT)) && text.equals(text.toUpperCase(Locale.ROOT));
                    case "islower" -> _ -> !text.equals(text.toUpperCase(Locale.ROOT)) && text.equals(text.toLowerCase(Locale.ROOT));
                    default -> null;
                };
        if (method == null) {
            return Attributes.ABSENT;
        }
        return (Callable)
                arguments -> {
                    budget.text(text.length());
                    return method.call(arguments);
                };
    }

    private static String strip(String text, Arguments arguments, boolean left, boolean right) {
        return Spaces.strip(text, arguments.bind("strip", "chars").optionalText(0).orElse(null), left, right);
    }

    private static Object found(long index) {
        if (index < 0) {
            throw TemplateError.type("substring not found");
        }
        return index;
    }

    private static boolean all(String text, IntPredicate predicate) {
        return !text.isEmpty() && text.codePoints().allMatch(predicate);
    }

    private static String title(String text) {
        StringBuilder out = new StringBuilder(text.length());
        boolean inWord = false;
        for (int i = 0; i < text.length(); ) {
            int c = text.codePointAt(i);
            out.appendCodePoint(inWord ? Character.toLowerCase(c) : Character.toTitleCase(c));
            inWord = Character.isLetter(c);
            i += Character.charCount(c);
        }
        return out.toString();
    }

    private static String swapCase(String text) {
        StringBuilder out = new StringBuilder(text.length());
        text.codePoints().forEach(c -> out.appendCodePoint(Character.isUpperCase(c) ? Character.toLowerCase(c) : Character.toUpperCase(c)));
        return out.toString();
    }

    private static Object split(String text, Arguments arguments, boolean fromRight, Budget budget) {
        Bound bound = arguments.bind("split", "sep", "maxsplit");
        long given = bound.integer(1, -1);
        long most = given < 0 ? Long.MAX_VALUE : given;
        Optional<String> separator = bound.optionalText(0);
        if (separator.isPresent() && separator.get().isEmpty()) {
            throw TemplateError.type("empty separator");
        }
        List<Object> parts = new ArrayList<>();
        if (separator.isEmpty()) {
            splitAtSpaces(text, most, fromRight, parts);
        } else if (fromRight) {
            int end = text.length();
            for (int i = text.lastIndexOf(separator.get()); i >= 0 && parts.size() < most; ) {
                parts.addFirst(text.substring(i + separator.get().length(), end));
                end = i;
                i = i < separator.get().length() ? -1 : text.lastIndexOf(separator.get(), i - separator.get().length());
            }
            parts.addFirst(text.substring(0, end));
        } else {
            int start = 0;
            for (int i = text.indexOf(separator.get()); i >= 0 && parts.size() < most; i = text.indexOf(separator.get(), start)) {
                parts.add(text.substring(start, i));
                start = i + separator.get().length();
            }
            parts.add(text.substring(start));
        }
        budget.items(parts.size());
        return parts;
    }

    /** Splits at runs of white space; with a limit, what is left keeps the white space on its far side. */
    private static void splitAtSpaces(String text, long most, boolean fromRight, List<Object> parts) {
        int step = fromRight ? -1 : 1;
        int i = fromRight ? text.length() - 1 : 0;
        while (true) {
            i = skip(text, i, step, true);
            if (i < 0 || i >= text.length()) {
                break;
            }
            if (parts.size() == most) {
                parts.add(fromRight ? text.substring(0, i + 1) : text.substring(i));
                break;
            }
            int end = skip(text, i, step, false);
            parts.add(fromRight ? text.substring(end + 1, i + 1) : text.substring(i, end));
            i = end;
        }
        if (fromRight) {
            Collections.reverse(parts);
        }
    }

    private static int skip(String text, int from, int step, boolean spaces) {
        int i = from;
        while (i >= 0 && i < text.length() && Spaces.isSpace(text.charAt(i)) == spaces) {
            i += step;
        }
        return i;
    }

    static List<Object> lines(String text, boolean keepEnds, Budget budget) {
        List<Object> lines = new ArrayList<>();
        int start = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c >= '\n' && c <= '\r' || c >= 0x1c && c <= 0x1e || c == 0x85 || c == 0x2028 || c == 0x2029) {
                int end = i;
                if (c == '\r' && i + 1 < text.length() && text.charAt(i + 1) == '\n') {
                    i++;
                }
                lines.add(text.substring(start, keepEnds ? i + 1 : end));
                start = i + 1;
            }
        }
        if (start < text.length()) {
            lines.add(text.substring(start));
        }
        budget.items(lines.size());
        return lines;
    }

    private static Object partition(String text, String separator, boolean fromRight) {
        int at = fromRight ? text.lastIndexOf(separator) : text.indexOf(separator);
        if (at < 0) {
            return new Tuple(fromRight ? List.of("", "", text) : List.of(text, "", ""));
        }
        return new Tuple(List.of(text.substring(0, at), separator, text.substring(at + separator.length())));
    }

    private static Object affix(String text, Bound bound, boolean prefix, Budget budget) {
        String part = bound.has(1)
                ? (String) Slices.slice(text, bound.value(1), bound.value(2, null), null, budget)
                : text;
        List<?> candidates = bound.value(0) instanceof Tuple tuple ? tuple : List.of(bound.text(0));
        for (Object candidate : candidates) {
            if (candidate instanceof String affix && (prefix ? part.startsWith(affix) : part.endsWith(affix))) {
                return true;
            }
        }
        return false;
    }

    private static String without(String text, String affix, boolean prefix) {
        if (prefix) {
            return text.startsWith(affix) ? text.substring(affix.length()) : text;
        }
        return text.endsWith(affix) ? text.substring(0, text.length() - affix.length()) : text;
    }

    static String replace(String text, String old, String replacement, long count, Budget budget) {
        long most = count < 0 ? Long.MAX_VALUE : count;
        StringBuilder out = new StringBuilder();
        int start = 0;
        long done = 0;
        if (old.isEmpty()) {
            for (int i = 0; i <= text.length() && done < most; i = i < text.length() ? text.offsetByCodePoints(i, 1) : i + 1, done++) {
                budget.append(out, text.substring(start, i));
                budget.append(out, replacement);
                start = i;
            }
        } else {
            for (int i = text.indexOf(old); i >= 0 && done < most; i = text.indexOf(old, start), done++) {
                budget.append(out, text.substring(start, i));
                budget.append(out, replacement);
                start = i + old.length();
            }
        }
        budget.append(out, text.substring(start));
        return out.toString();
    }

    private static Object occurrences(String text, String part, Budget budget) {
        if (part.isEmpty()) {
            return (long) text.codePointCount(0, text.length()) + 1;
        }
        long count = 0;
        for (int i = text.indexOf(part); i >= 0; i = text.indexOf(part, i + part.length())) {
            count++;
        }
        budget.steps(count);
        return count;
    }

    static String join(String separator, Object items, Budget budget) {
        StringBuilder out = new StringBuilder();
        boolean first = true;
        for (Object item : Values.items(items, budget)) {
            if (!(item instanceof String text)) {
                throw TemplateError.type("str.join() needs strings, found " + Values.typeName(item));
            }
            if (!first) {
                budget.append(out, separator);
            }
            budget.append(out, text);
            first = false;
        }
        return out.toString();
    }

    private static String zeroFilled(String text, long width, Budget budget) {
        long missing = width - text.codePointCount(0, text.length());
        if (missing <= 0) {
            return text;
        }
        budget.text(width);
        int sign = text.startsWith("-") || text.startsWith("+") ? 1 : 0;
        return text.substring(0, sign) + "0".repeat((int) missing) + text.substring(sign);
    }

    /** Pads on the sides whose weight is not 0. */
    private static String padded(String text, Bound bound, int left, int right, Budget budget) {
        long width = bound.integer(0);
        long missing = width - text.codePointCount(0, text.length());
        if (missing <= 0) {
            return text;
        }
        budget.text(width);
        String fill = bound.text(1, " ");
        // Python's centring puts the odd character to the left if the width is odd, else to the right
        long before = left * right == 1 ? missing / 2 + (missing & width & 1) : left * missing;
        return fill.repeat((int) before) + text + fill.repeat((int) (missing - before));
    }
}
