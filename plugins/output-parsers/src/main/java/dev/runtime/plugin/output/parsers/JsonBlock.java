package dev.runtime.plugin.output.parsers;

import java.util.Set;

/**
 * JSON objects up to a closing marker.
 *
 * <p>A marker inside of a string belongs to the string. Without a closing marker (an empty one), or where it is missing, the block
 * ends where other text begins after an object.
 */
final class JsonBlock implements CallBlock {
    private final String close;
    private final String opened;
    private int at;
    private int depth;
    private boolean begun;
    private boolean inString;
    private int afterValue = OPEN;
    private int firstClose = OPEN;

    JsonBlock(String close) {
        this(close, "");
    }

    /**
     * Creates a block.
     *
     * @param close the marker that ends it; empty if none does
     * @param opened the bracket that the opening marker ends with; empty if it has none
     */
    JsonBlock(String close, String opened) {
        this.close = close;
        this.opened = opened;
        begun = !opened.isEmpty();
        depth = opened.length();
    }

    @Override
    public int end(StringBuilder text) {
        while (at < text.length()) {
            char c = text.charAt(at);
            if (begun && depth == 0 && !separates(c)) {
                int common = MarkerScanner.common(text, at, close);
                if (common == close.length()) {
                    return at + common;
                }
                return at + common == text.length() ? OPEN : afterValue;
            }
            at++;
            if (closes(text)) {
                if (!inString) {
                    return at;
                }
                firstClose = firstClose == OPEN ? at : firstClose;
            }
            step(c);
        }
        return OPEN;
    }

    /** Tells whether a character after a complete value belongs to the block: it divides values, is one bracket too many, or a fence. */
    private static boolean separates(char c) {
        return Character.isWhitespace(c) || c == ',' || c == ';' || c == '{' || c == '[' || c == '}' || c == ']' || c == '`';
    }

    private boolean closes(CharSequence text) {
        int from = at - close.length();
        return from >= 0
                && !close.isEmpty()
                && text.charAt(at - 1) == close.charAt(close.length() - 1)
                && close.contentEquals(text.subSequence(from, at));
    }

    private void step(char c) {
        if (inString) {
            if (c == '\\') {
                // the escaped character is skipped, now or when it comes
                at++;
            } else if (c == '"') {
                inString = false;
            }
            return;
        }
        switch (c) {
            case '"' -> inString = begun && depth > 0;
            case '{', '[' -> {
                begun = true;
                depth++;
            }
            case '}', ']' -> {
                depth = Math.max(0, depth - 1);
                afterValue = depth == 0 && begun ? at : afterValue;
            }
            default -> {}
        }
    }

    @Override
    public Reading read(String text, boolean complete) {
        boolean closed = !close.isEmpty() && text.endsWith(close);
        return JsonCalls.read(opened + (closed ? text.substring(0, text.length() - close.length()) : text), complete);
    }

    @Override
    public Set<String> markers() {
        return close.isEmpty() ? Set.of() : Set.of(close);
    }

    @Override
    public int likelyEnd() {
        return firstClose;
    }
}
