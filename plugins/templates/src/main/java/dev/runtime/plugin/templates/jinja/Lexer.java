package dev.runtime.plugin.templates.jinja;

import dev.runtime.plugin.templates.jinja.Token.Kind;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Set;

/**
 * Cuts a template into tokens.
 *
 * <p>White space is settled here, as with {@code trim_blocks} and {@code lstrip_blocks}: the newline after a block or comment goes,
 * and so does the indentation before one that begins its line; {@code -} takes all white space on its side, {@code +} keeps it.
 */
final class Lexer {
    private static final Set<String> PAIRS = Set.of("//", "**", "==", "!=", ">=", "<=");
    private static final String SINGLES = "+-/*%~[](){}><=.:|,;";

    private final String source;
    private final List<Token> tokens = new ArrayList<>();
    private int at;
    /** Whether what was read last ended with a newline. */
    private boolean lineStarts = true;

    private Lexer(String source) {
        this.source = source;
    }

    /** Returns the source with newlines as {@code \n} and without the last one; offsets of tokens refer to it. */
    static String normalized(String source) {
        String text = source.indexOf('\r') < 0 ? source : source.replace("\r\n", "\n").replace('\r', '\n');
        return text.endsWith("\n") ? text.substring(0, text.length() - 1) : text;
    }

    /** Returns the tokens of a normalized source; the last one is {@code END}. */
    static List<Token> tokens(String normalized) {
        Lexer lexer = new Lexer(normalized);
        lexer.run();
        return lexer.tokens;
    }

    private void run() {
        while (at < source.length()) {
            int open = opening();
            if (open < 0) {
                data(at, source.length());
                at = source.length();
                break;
            }
            char kind = source.charAt(open + 1);
            char sign = sign(open + 2);
            data(at, keptBefore(at, open, kind, sign));
            at = open + (sign == 0 ? 2 : 3);
            lineStarts = false;
            switch (kind) {
                case '#' -> comment(open);
                case '{' -> expression(Kind.OUTPUT_BEGIN, Kind.OUTPUT_END, "}}", open);
                default -> {
                    if (!raw(open)) {
                        expression(Kind.BLOCK_BEGIN, Kind.BLOCK_END, "%}", open);
                    }
                }
            }
        }
        add(Kind.END, "", source.length());
    }

    private int opening() {
        for (int i = source.indexOf('{', at); i >= 0 && i + 1 < source.length(); i = source.indexOf('{', i + 1)) {
            char next = source.charAt(i + 1);
            if (next == '{' || next == '%' || next == '#') {
                return i;
            }
        }
        return -1;
    }

    private char sign(int position) {
        char c = position < source.length() ? source.charAt(position) : 0;
        return c == '-' || c == '+' ? c : 0;
    }

    /** Returns where text that begins at {@code from} ends, before an opening at {@code open}. */
    private int keptBefore(int from, int open, char kind, char sign) {
        if (sign == '-') {
            int end = open;
            while (end > from && Spaces.isSpace(source.charAt(end - 1))) {
                end--;
            }
            return end;
        }
        if (sign == '+' || kind == '{') {
            return open;
        }
        int line = open;
        while (line > from && source.charAt(line - 1) != '\n' && Spaces.isSpace(source.charAt(line - 1))) {
            line--;
        }
        boolean begins = line > from ? source.charAt(line - 1) == '\n' : lineStarts;
        return begins ? line : open;
    }

    private void data(int from, int to) {
        if (to > from) {
            add(Kind.DATA, source.substring(from, to), from);
        }
    }

    private void comment(int open) {
        int end = source.indexOf("#}", at);
        if (end < 0) {
            throw TemplateError.syntax("a comment is not closed by '#}'", open);
        }
        char sign = end > at ? sign(end - 1) : 0;
        at = end + 2;
        afterClosing(sign, true);
    }

    /** Skips what a closing takes with it; {@code sign} is the one before the closing. */
    private void afterClosing(char sign, boolean trimNewline) {
        int before = at;
        if (sign == '-') {
            while (at < source.length() && Spaces.isSpace(source.charAt(at))) {
                at++;
            }
        } else if (sign == 0 && trimNewline && at < source.length() && source.charAt(at) == '\n') {
            at++;
        }
        lineStarts = at > before && source.charAt(at - 1) == '\n';
    }

    /** Reads a raw block if there is one: what is in it is text. */
    private boolean raw(int open) {
        int body = afterTag(at, "raw");
        if (body < 0) {
            return false;
        }
        at = body;
        afterClosing(sign(body - 3) == '-' ? '-' : 0, false);
        for (int end = source.indexOf("{%", at); end >= 0; end = source.indexOf("{%", end + 1)) {
            char sign = sign(end + 2);
            int after = afterTag(end + (sign == 0 ? 2 : 3), "endraw");
            if (after >= 0) {
                data(at, keptBefore(at, end, '%', sign));
                at = after;
                afterClosing(sign(after - 3), true);
                return true;
            }
        }
        throw TemplateError.syntax("a raw block is not closed by '{% endraw %}'", open);
    }

    /** Returns the offset after {@code name %}} at a position, or -1. */
    private int afterTag(int position, String name) {
        int i = skipSpaces(position);
        if (!source.startsWith(name, i)) {
            return -1;
        }
        i = skipSpaces(i + name.length());
        if (sign(i) != 0) {
            i++;
        }
        return source.startsWith("%}", i) ? i + 2 : -1;
    }

    private int skipSpaces(int position) {
        int i = position;
        while (i < source.length() && Spaces.isSpace(source.charAt(i))) {
            i++;
        }
        return i;
    }

    private void expression(Kind begin, Kind end, String closing, int open) {
        add(begin, "", open);
        Deque<Character> brackets = new ArrayDeque<>();
        while (true) {
            at = skipSpaces(at);
            if (at >= source.length()) {
                throw TemplateError.syntax("'" + source.substring(open, open + 2) + "' is not closed by '" + closing + "'", open);
            }
            if (brackets.isEmpty()) {
                char sign = sign(at);
                int close = sign == 0 ? at : at + 1;
                if (source.startsWith(closing, close) && (sign != '+' || end == Kind.BLOCK_END)) {
                    add(end, "", at);
                    at = close + 2;
                    afterClosing(sign, end == Kind.BLOCK_END);
                    return;
                }
            }
            piece(brackets);
        }
    }

    private void piece(Deque<Character> brackets) {
        int start = at;
        char c = source.charAt(at);
        if (c == '"' || c == '\'') {
            at = StringLiteral.end(source, start);
            add(Kind.STRING, StringLiteral.value(source, start + 1, at - 1), start);
        } else if (Character.isUnicodeIdentifierStart(c) || c == '_') {
            while (at < source.length() && Character.isUnicodeIdentifierPart(source.charAt(at))) {
                at++;
            }
            add(Kind.NAME, source.substring(start, at), start);
        } else if (c >= '0' && c <= '9') {
            number(start);
        } else {
            operator(start, c, brackets);
        }
    }

    private void number(int start) {
        boolean real = false;
        if (source.charAt(at) == '0' && at + 1 < source.length() && "xXoObB".indexOf(source.charAt(at + 1)) >= 0) {
            at += 2;
            while (at < source.length() && (Character.digit(source.charAt(at), 16) >= 0 || source.charAt(at) == '_')) {
                at++;
            }
        } else {
            digits();
            boolean afterDot = start > 0 && source.charAt(start - 1) == '.';
            if (!afterDot && digitAt(at + 1) && source.charAt(at) == '.') {
                real = true;
                at++;
                digits();
            }
            if (!afterDot && at < source.length() && (source.charAt(at) | 0x20) == 'e') {
                int exponent = at + 1 < source.length() && sign(at + 1) != 0 ? at + 2 : at + 1;
                if (digitAt(exponent)) {
                    real = true;
                    at = exponent;
                    digits();
                }
            }
        }
        add(real ? Kind.FLOAT : Kind.INTEGER, source.substring(start, at).replace("_", ""), start);
    }

    private void digits() {
        while (digitAt(at) || at < source.length() && source.charAt(at) == '_' && digitAt(at + 1)) {
            at++;
        }
    }

    private boolean digitAt(int position) {
        return position < source.length() && source.charAt(position) >= '0' && source.charAt(position) <= '9';
    }

    private void operator(int start, char c, Deque<Character> brackets) {
        if (start + 2 <= source.length() && PAIRS.contains(source.substring(start, start + 2))) {
            at += 2;
        } else if (SINGLES.indexOf(c) >= 0) {
            at++;
            switch (c) {
                case '(' -> brackets.push(')');
                case '[' -> brackets.push(']');
                case '{' -> brackets.push('}');
                case ')', ']', '}' -> {
                    if (brackets.isEmpty() || brackets.pop() != c) {
                        throw TemplateError.syntax("unexpected '" + c + "'", start);
                    }
                }
                default -> {}
            }
        } else {
            throw TemplateError.syntax("unexpected character '" + Character.toString(source.codePointAt(start)) + "'", start);
        }
        add(Kind.OPERATOR, source.substring(start, at), start);
    }

    private void add(Kind kind, String text, int offset) {
        tokens.add(new Token(kind, text, offset));
    }
}
