package dev.runtime.plugin.output.parsers;

import java.util.List;

/** Finds markers in text that is still growing. */
final class MarkerScanner {
    private final List<String> markers;

    MarkerScanner(List<String> markers) {
        this.markers = List.copyOf(markers);
    }

    /**
     * What was found.
     *
     * @param at where the marker begins, or might begin, or the text's length
     * @param marker the marker, empty if there is none
     * @param open whether the text from {@code at} on could still become a marker
     */
    record Found(int at, String marker, boolean open) {}

    /**
     * Looks for the first marker, the longest if several begin there.
     *
     * @param last whether the text is complete, so that half a marker is none
     */
    Found find(CharSequence text, boolean last) {
        int length = text.length();
        for (int at = 0; at < length; at++) {
            String whole = "";
            boolean half = false;
            for (int m = 0; m < markers.size(); m++) {
                String marker = markers.get(m);
                int common = common(text, at, marker);
                if (common == marker.length()) {
                    whole = common > whole.length() ? marker : whole;
                } else if (at + common == length) {
                    half = true;
                }
            }
            if (half && !last) {
                return new Found(at, "", true);
            }
            if (!whole.isEmpty()) {
                return new Found(at, whole, false);
            }
        }
        return new Found(length, "", false);
    }

    /** Tells whether text that begins at an offset is a marker ({@code Found} with it), could become one, or neither. */
    Found begins(CharSequence text, int at, boolean last) {
        String whole = "";
        boolean half = false;
        for (String marker : markers) {
            int common = common(text, at, marker);
            if (common == marker.length()) {
                whole = common > whole.length() ? marker : whole;
            } else if (at + common == text.length()) {
                half = true;
            }
        }
        return half && !last ? new Found(at, "", true) : new Found(at, whole, false);
    }

    /** Returns how many characters from an offset on agree with a marker's first ones. */
    static int common(CharSequence text, int at, String marker) {
        int most = Math.min(text.length() - at, marker.length());
        int i = 0;
        while (i < most && text.charAt(at + i) == marker.charAt(i)) {
            i++;
        }
        return i;
    }

    /** Returns the offset of the first character from one on that is not white space, or the length. */
    static int skipSpace(CharSequence text, int from) {
        int i = from;
        while (i < text.length() && Character.isWhitespace(text.charAt(i))) {
            i++;
        }
        return i;
    }
}
