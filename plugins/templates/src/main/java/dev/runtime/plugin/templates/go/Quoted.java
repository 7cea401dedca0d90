package dev.runtime.plugin.templates.go;

/** Strings and characters in quotes, with escapes. */
final class Quoted {
    private Quoted() {}

    /** Returns the place after the closing quote. */
    static int end(String source, int start) {
        char quote = source.charAt(start);
        for (int i = start + 1; i < source.length() && source.charAt(i) != '\n'; i++) {
            if (source.charAt(i) == '\\') {
                i++;
            } else if (source.charAt(i) == quote) {
                return i + 1;
            }
        }
        throw new GoError(quote == '"' ? "unterminated quoted string" : "unterminated character constant", start);
    }

    /** Returns the text without quotes and escapes. */
    static String read(String source, int start) {
        int end = end(source, start) - 1;
        StringBuilder text = new StringBuilder();
        for (int i = start + 1; i < end; i++) {
            char c = source.charAt(i);
            if (c != '\\') {
                text.append(c);
                continue;
            }
            char escape = source.charAt(++i);
            switch (escape) {
                case 'n' -> text.append('\n');
                case 't' -> text.append('\t');
                case 'r' -> text.append('\r');
                case 'a' -> text.append('\u0007');
                case 'b' -> text.append('\b');
                case 'f' -> text.append('\f');
                case 'v' -> text.append('\u000B');
                case '\\', '"', '\'' -> text.append(escape);
                case 'x', 'u', 'U' -> {
                    int digits = escape == 'x' ? 2 : escape == 'u' ? 4 : 8;
                    text.appendCodePoint(number(source, i + 1, digits, end, 16));
                    i += digits;
                }
                case '0', '1', '2', '3', '4', '5', '6', '7' -> {
                    text.appendCodePoint(number(source, i, 3, end, 8));
                    i += 2;
                }
                default -> throw new GoError("unknown escape \\" + escape, i);
            }
        }
        if (source.charAt(start) == '\'' && text.codePointCount(0, text.length()) != 1) {
            throw new GoError("malformed character constant", start);
        }
        return text.toString();
    }

    private static int number(String source, int from, int digits, int end, int radix) {
        try {
            int value = from + digits > end ? -1 : Integer.parseInt(source.substring(from, from + digits), radix);
            if (Character.isValidCodePoint(value)) {
                return value;
            }
        } catch (NumberFormatException _) {
            // the same words as for a number that is too large
        }
        throw new GoError("malformed escape in string", from);
    }
}
