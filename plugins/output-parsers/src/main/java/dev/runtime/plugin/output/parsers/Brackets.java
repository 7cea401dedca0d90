package dev.runtime.plugin.output.parsers;

/** Ends of bracketed text and of strings. */
final class Brackets {
    private Brackets() {}

    /** Returns the offset after the bracket that closes the one at an offset, or -1; brackets in double quotes do not count. */
    static int end(CharSequence text, int open) {
        int depth = 0;
        for (int i = open; i < text.length(); i++) {
            switch (text.charAt(i)) {
                case '"' -> {
                    int end = stringEnd(text, i);
                    if (end < 0) {
                        return -1;
                    }
                    i = end - 1;
                }
                case '{', '[', '(' -> depth++;
                case '}', ']', ')' -> {
                    if (--depth == 0) {
                        return i + 1;
                    }
                }
                default -> {}
            }
        }
        return -1;
    }

    /** Returns the offset after the quote that closes the one at an offset, or -1. */
    static int stringEnd(CharSequence text, int open) {
        char quote = text.charAt(open);
        for (int i = open + 1; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '\\') {
                i++;
            } else if (c == quote) {
                return i + 1;
            }
        }
        return -1;
    }

    /** Returns the offset of a marker that stands in no string of JSON, or -1; quotes count within brackets only. */
    static int outside(CharSequence text, String marker, int from) {
        int depth = 0;
        for (int i = from; i + marker.length() <= text.length(); i++) {
            if (MarkerScanner.common(text, i, marker) == marker.length()) {
                return i;
            }
            switch (text.charAt(i)) {
                case '"' -> {
                    int end = depth == 0 ? i + 1 : stringEnd(text, i);
                    if (end < 0) {
                        return -1;
                    }
                    i = end - 1;
                }
                case '{', '[' -> depth++;
                case '}', ']' -> depth = Math.max(0, depth - 1);
                default -> {}
            }
        }
        return -1;
    }

    /** Returns the brackets that are missing at the end, or null if a string is open, or brackets do not match. */
    static String missing(String text) {
        StringBuilder closers = new StringBuilder();
        for (int i = 0; i < text.length(); i++) {
            switch (text.charAt(i)) {
                case '"' -> {
                    int end = stringEnd(text, i);
                    if (end < 0) {
                        return null;
                    }
                    i = end - 1;
                }
                case '{' -> closers.append('}');
                case '[' -> closers.append(']');
                case '}', ']' -> {
                    if (closers.isEmpty() || closers.charAt(closers.length() - 1) != text.charAt(i)) {
                        return null;
                    }
                    closers.setLength(closers.length() - 1);
                }
                default -> {}
            }
        }
        return closers.reverse().toString();
    }
}
