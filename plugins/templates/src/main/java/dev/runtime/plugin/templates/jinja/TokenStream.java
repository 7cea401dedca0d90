package dev.runtime.plugin.templates.jinja;

import dev.runtime.plugin.templates.jinja.Token.Kind;
import java.util.List;

/** The tokens of a template with a place in them, and the depth of what is being parsed. */
final class TokenStream {
    /** Bounds the parser's and the evaluator's recursion: nesting, and the length of chains such as {@code a + b + c}. */
    static final int MAX_DEPTH = 500;

    private final List<Token> tokens;
    private int next;
    private int depth;

    TokenStream(List<Token> tokens) {
        this.tokens = tokens;
    }

    Token peek() {
        return tokens.get(next);
    }

    /** Returns the token that was taken last, or the first one. */
    Token previous() {
        return tokens.get(Math.max(0, next - 1));
    }

    /** Returns the token after the next one. */
    Token second() {
        return tokens.get(Math.min(next + 1, tokens.size() - 1));
    }

    Token take() {
        Token token = tokens.get(next);
        if (token.kind() != Kind.END) {
            next++;
        }
        return token;
    }

    /** Takes an operator if it comes next. */
    boolean skip(String operator) {
        if (peek().operator(operator)) {
            next++;
            return true;
        }
        return false;
    }

    /** Takes a word if it comes next. */
    boolean skipName(String name) {
        if (peek().name(name)) {
            next++;
            return true;
        }
        return false;
    }

    Token expect(Kind kind, String what) {
        Token token = take();
        if (token.kind() != kind) {
            throw TemplateError.syntax("expected " + what + ", found " + token.described(), token.at());
        }
        return token;
    }

    void expect(String operator) {
        Token token = take();
        if (!token.operator(operator)) {
            throw TemplateError.syntax("expected '" + operator + "', found " + token.described(), token.at());
        }
    }

    void expectName(String name) {
        Token token = take();
        if (!token.name(name)) {
            throw TemplateError.syntax("expected '" + name + "', found " + token.described(), token.at());
        }
    }

    /** Goes one level deeper; {@link #leave} with the returned value goes back. */
    int enter() {
        if (depth >= MAX_DEPTH) {
            throw TemplateError.syntax("nested more than " + MAX_DEPTH + " deep", peek().at());
        }
        return depth++;
    }

    void leave(int entered) {
        depth = entered;
    }
}
