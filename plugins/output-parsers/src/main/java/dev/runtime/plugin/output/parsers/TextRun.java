package dev.runtime.plugin.output.parsers;

import java.util.function.Consumer;

/** Text of one kind on its way out: white space at its end waits, since a marker may follow that it is not meant for. */
final class TextRun {
    private final StringBuilder space = new StringBuilder();
    private boolean skipsSpace;

    /** Drops white space until the next text. */
    void skipSpace() {
        skipsSpace = true;
    }

    /** Drops white space that waits, and returns it. */
    String trim() {
        String dropped = space.toString();
        space.setLength(0);
        return dropped;
    }

    void accept(CharSequence text, Consumer<String> out) {
        int from = skipsSpace ? MarkerScanner.skipSpace(text, 0) : 0;
        int to = text.length();
        while (to > from && Character.isWhitespace(text.charAt(to - 1))) {
            to--;
        }
        if (to > from) {
            skipsSpace = false;
            out.accept(space + text.subSequence(from, to).toString());
            space.setLength(0);
        }
        if (!skipsSpace) {
            space.append(text, Math.max(to, from), text.length());
        }
    }

    /** Passes on white space that still waits. */
    void finish(Consumer<String> out) {
        if (!space.isEmpty()) {
            out.accept(space.toString());
            space.setLength(0);
        }
    }
}
