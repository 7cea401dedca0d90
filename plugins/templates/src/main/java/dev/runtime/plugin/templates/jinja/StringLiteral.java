package dev.runtime.plugin.templates.jinja;

/** String literals with Python's escapes. */
final class StringLiteral {
    private StringLiteral() {}

    /** Returns the offset after the literal whose quote stands at {@code start}. */
    static int end(String source, int start) {
        char quote = source.charAt(start);
        for (int i = start + 1; i < source.length(); i++) {
            char c = source.charAt(i);
            if (c == quote) {
                return i + 1;
            }
            if (c == '\\') {
                i++;
            }
        }
        throw TemplateError.syntax("a string is not closed", start);
    }

    /** Returns the value of what stands between the quotes. */
    static String value(String source, int from, int to) {
        int escape = source.indexOf('\\', from);
        if (escape < 0 || escape >= to) {
            return source.substring(from, to);
        }
        StringBuilder out = new StringBuilder(to - from);
        int i = from;
        while (i < to) {
            char c = source.charAt(i);
            i = c == '\\' && i + 1 < to ? escape(source, i + 1, to, out) : append(out, c, i + 1);
        }
        return out.toString();
    }

    private static int append(StringBuilder out, int codePoint, int next) {
        out.appendCodePoint(codePoint);
        return next;
    }

    /** Appends what the escape with its letter at {@code at} stands for; returns the offset after it. */
    private static int escape(String source, int at, int to, StringBuilder out) {
        char c = source.charAt(at);
        return switch (c) {
            case '\n' -> at + 1;
            case '\\', '\'', '"' -> append(out, c, at + 1);
            case 'a' -> append(out, 7, at + 1);
            case 'b' -> append(out, '\b', at + 1);
            case 'f' -> append(out, '\f', at + 1);
            case 'n' -> append(out, '\n', at + 1);
            case 'r' -> append(out, '\r', at + 1);
            case 't' -> append(out, '\t', at + 1);
            case 'v' -> append(out, 11, at + 1);
            case 'x' -> digits(source, at, 2, to, out);
            case 'u' -> digits(source, at, 4, to, out);
            case 'U' -> digits(source, at, 8, to, out);
            case '0', '1', '2', '3', '4', '5', '6', '7' -> octal(source, at, to, out);
            default -> {
                out.append('\\');
                yield append(out, c, at + 1);
            }
        };
    }

    private static int digits(String source, int letter, int count, int to, StringBuilder out) {
        int end = letter + 1 + count;
        long value = 0;
        for (int i = letter + 1; i < end; i++) {
            int digit = i < to ? Character.digit(source.charAt(i), 16) : -1;
            if (digit < 0) {
                throw TemplateError.syntax("escape '\\" + source.charAt(letter) + "' needs " + count + " hexadecimal digits", letter);
            }
            value = value << 4 | digit;
        }
        if (value > Character.MAX_CODE_POINT) {
            throw TemplateError.syntax("escape '\\U' names no character", letter);
        }
        return append(out, (int) value, end);
    }

    private static int octal(String source, int at, int to, StringBuilder out) {
        int value = 0;
        int i = at;
        while (i < to && i < at + 3 && source.charAt(i) >= '0' && source.charAt(i) <= '7') {
            value = value << 3 | source.charAt(i) - '0';
            i++;
        }
        return append(out, value, i);
    }
}
