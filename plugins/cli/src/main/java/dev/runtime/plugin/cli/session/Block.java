package dev.runtime.plugin.cli.session;

/** Text between triple quotes, which may have several lines; it is a whole message or the text of {@code /set system}. */
final class Block {
    private static final String QUOTES = "\"\"\"";

    private Block() {}

    /** Tells whether a text begins a block and does not end it. */
    static boolean open(String text) {
        int begin = begin(text);
        if (begin < 0) {
            return false;
        }
        String inside = text.substring(begin + QUOTES.length());
        return !inside.stripTrailing().endsWith(QUOTES);
    }

    /** Returns the text without its quotes, if it has them. */
    static String content(String text) {
        String stripped = text.strip();
        if (!stripped.startsWith(QUOTES)) {
            return text;
        }
        String inside = stripped.substring(QUOTES.length());
        return inside.endsWith(QUOTES) ? inside.substring(0, inside.length() - QUOTES.length()) : inside;
    }

    private static int begin(String text) {
        if (text.startsWith(QUOTES)) {
            return 0;
        }
        return text.matches("(?s)/set\\s+system\\s+\"\"\".*") ? text.indexOf(QUOTES) : -1;
    }
}
