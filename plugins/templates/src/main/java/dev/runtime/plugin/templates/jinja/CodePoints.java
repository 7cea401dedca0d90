package dev.runtime.plugin.templates.jinja;

import java.util.ArrayList;
import java.util.List;

/** Strings as sequences of characters of Unicode, as Python counts them, not of UTF-16 units. */
final class CodePoints {
    private CodePoints() {}

    static List<Object> characters(String text) {
        List<Object> characters = new ArrayList<>(text.length());
        for (int i = 0; i < text.length(); ) {
            int next = text.offsetByCodePoints(i, 1);
            characters.add(text.substring(i, next));
            i = next;
        }
        return characters;
    }

    /** Orders by code points, where Java's own order puts surrogates before U+E000. */
    static int compare(String left, String right) {
        int i = 0;
        while (i < left.length() && i < right.length()) {
            int first = left.codePointAt(i);
            int second = right.codePointAt(i);
            if (first != second) {
                return Integer.compare(first, second);
            }
            i += Character.charCount(first);
        }
        return Integer.compare(left.length(), right.length());
    }

    static boolean simple(String text) {
        return text.codePointCount(0, text.length()) == text.length();
    }

    /** Returns the number of characters before an index, which may be -1. */
    static long count(String text, int index) {
        return index < 0 ? -1 : text.codePointCount(0, index);
    }
}
