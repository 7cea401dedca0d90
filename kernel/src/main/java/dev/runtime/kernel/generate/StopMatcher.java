package dev.runtime.kernel.generate;

import java.util.List;

/**
 * Finds the first stop string in a text that comes in pieces. Whatever may still become a stop string is held back, so the result
 * does not depend on how the text is split: everything before the earliest occurrence. For one thread.
 */
final class StopMatcher {
    private static final int NONE = Integer.MAX_VALUE;

    private final List<String> stops;
    private final StringBuilder held = new StringBuilder();
    private long released;
    private boolean matched;

    /** Creates one for stop strings that are not empty; the list may be. */
    StopMatcher(List<String> stops) {
        this.stops = List.copyOf(stops);
    }

    /** Takes the next piece; returns what is certain now, perhaps nothing. After a match nothing more comes. */
    String accept(String piece) {
        if (matched) {
            return "";
        }
        if (stops.isEmpty()) {
            released += piece.length();
            return piece;
        }
        held.append(piece);
        int found = earliest();
        int open = openFrom();
        // a longer stop string that began before the one found may yet turn out to be the earliest
        matched = found != NONE && found <= open;
        return release(Math.min(Math.min(found, open), held.length()));
    }

    /** Ends the text; returns what was held back, up to a stop string in it. */
    String finish() {
        if (matched) {
            return "";
        }
        int found = earliest();
        matched = found != NONE;
        return release(Math.min(found, held.length()));
    }

    /** Tells whether a stop string was met. */
    boolean matched() {
        return matched;
    }

    /** Returns the characters passed on so far. */
    long released() {
        return released;
    }

    private String release(int length) {
        String text = held.substring(0, length);
        held.delete(0, length);
        released += length;
        return text;
    }

    private int earliest() {
        int first = NONE;
        for (String stop : stops) {
            int at = held.indexOf(stop);
            first = at >= 0 ? Math.min(first, at) : first;
        }
        return first;
    }

    /** Returns where the longest end of the text begins that is a proper beginning of a stop string. */
    private int openFrom() {
        int first = NONE;
        for (String stop : stops) {
            for (int at = Math.max(0, held.length() - stop.length() + 1); at < Math.min(first, held.length()); at++) {
                if (stop.startsWith(held.substring(at))) {
                    first = at;
                }
            }
        }
        return first;
    }
}
