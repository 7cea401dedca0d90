package dev.runtime.plugin.templates.go;

import dev.runtime.plugin.templates.go.Token.Kind;
import java.util.ArrayList;
import java.util.List;

/** Cuts a source into pieces. White space beside a marker {@code {{- } or { -}}} is dropped. For one source. */
final class Lexer {
    private static final String OPEN = "{{";
    private static final String CLOSE = "}}";

    private final String source;
    private final List<Token> tokens = new ArrayList<>();
    private int at;

    Lexer(String source) {
        this.source = source;
    }

    List<Token> tokens() {
        boolean trim = false;
        while (true) {
            int open = source.indexOf(OPEN, at);
            int end = open < 0 ? source.length() : open;
            int start = at;
            while (trim && start < end && space(source.charAt(start))) {
                start++;
            }
            boolean trimsBefore = open >= 0 && source.startsWith("-", open + 2) && open + 3 < source.length() && space(source.charAt(open + 3));
            int last = end;
            while (trimsBefore && last > start && space(source.charAt(last - 1))) {
                last--;
            }
            if (last > start) {
                tokens.add(new Token(Kind.TEXT, source.substring(start, last), start, false));
            }
            if (open < 0) {
                tokens.add(new Token(Kind.END, "", source.length(), false));
                return tokens;
            }
            at = open + (trimsBefore ? 3 : 2);
            trim = action(open);
        }
    }

    /** Reads an action up to its end; returns whether white space after it is dropped. */
    private boolean action(int open) {
        int first = at;
        while (first < source.length() && space(source.charAt(first))) {
            first++;
        }
        if (source.startsWith("/*", first)) {
            int end = source.indexOf("*/", first + 2);
            if (end < 0) {
                throw new GoError("unclosed comment", open);
            }
            at = end + 2;
            while (at < source.length() && space(source.charAt(at))) {
                at++;
            }
            boolean trims = source.startsWith("-" + CLOSE, at);
            at += trims ? 1 : 0;
            if (!source.startsWith(CLOSE, at)) {
                throw new GoError("comment ends before closing delimiter", open);
            }
            at += 2;
            return trims;
        }
        tokens.add(new Token(Kind.OPEN, "", open, false));
        while (true) {
            int before = at;
            while (at < source.length() && space(source.charAt(at))) {
                at++;
            }
            boolean spaced = at > before;
            boolean trims = spaced && source.startsWith("-" + CLOSE, at);
            if (trims || source.startsWith(CLOSE, at)) {
                tokens.add(new Token(Kind.CLOSE, "", at, spaced));
                at += trims ? 3 : 2;
                return trims;
            }
            if (at >= source.length()) {
                throw new GoError("unclosed action", open);
            }
            tokens.add(token(spaced));
        }
    }

    private Token token(boolean spaced) {
        int start = at;
        char c = source.charAt(at);
        if (c == '"' || c == '\'') {
            String text = Quoted.read(source, at);
            at = Quoted.end(source, at);
            return c == '"' ? new Token(Kind.STRING, text, start, spaced)
                    : new Token(Kind.NUMBER, Integer.toString(text.codePointAt(0)), start, spaced);
        }
        if (c == '`') {
            int end = source.indexOf('`', at + 1);
            if (end < 0) {
                throw new GoError("unterminated raw quoted string", at);
            }
            at = end + 1;
            return new Token(Kind.STRING, source.substring(start + 1, end).replace("\r", ""), start, spaced);
        }
        if (c == '.' && (at + 1 >= source.length() || !word(source.charAt(at + 1)))) {
            at++;
            return new Token(Kind.DOT, ".", start, spaced);
        }
        if (Character.isDigit(c) || (c == '-' || c == '+' || c == '.') && at + 1 < source.length() && Character.isDigit(source.charAt(at + 1))) {
            at++;
            while (at < source.length() && (word(source.charAt(at)) || source.charAt(at) == '.')) {
                at++;
            }
            return new Token(Kind.NUMBER, source.substring(start, at), start, spaced);
        }
        if (c == '.' || c == '$' || word(c)) {
            at++;
            while (at < source.length() && word(source.charAt(at))) {
                at++;
            }
            return new Token(c == '.' ? Kind.FIELD : c == '$' ? Kind.VARIABLE : Kind.WORD, source.substring(start, at), start, spaced);
        }
        if (source.startsWith(":=", at)) {
            at += 2;
            return new Token(Kind.SIGN, ":=", start, spaced);
        }
        if ("()|,=".indexOf(c) < 0) {
            throw new GoError("unexpected " + Character.getName(c) + " in action", at);
        }
        at++;
        return new Token(Kind.SIGN, String.valueOf(c), start, spaced);
    }

    private static boolean word(char c) {
        return c == '_' || Character.isLetterOrDigit(c);
    }

    private static boolean space(char c) {
        return c == ' ' || c == '\t' || c == '\r' || c == '\n';
    }
}
