package dev.runtime.kernel.constrain;

import dev.runtime.api.RuntimeFailure;

/** Reads the characters of a grammar or an expression. For one thread. */
final class TextReader {
    /** Groups in groups; readers of these languages call themselves. */
    private static final int MOST_DEPTH = 100;
    private static final int MOST_LENGTH = 1 << 18;

    private final String what;
    private final int[] text;
    private int at;
    private int depth;

    /**
     * Creates one.
     *
     * @param what the language's name, for messages
     */
    TextReader(String what, String text) {
        if (text.length() > MOST_LENGTH) {
            throw Refusal.of("the " + what + " has " + text.length() + " characters; at most " + MOST_LENGTH + " are read");
        }
        this.what = what;
        this.text = text.codePoints().toArray();
    }

    boolean atEnd() {
        return at == text.length;
    }

    int position() {
        return at;
    }

    void position(int position) {
        at = position;
    }

    /** Returns the next character without taking it, -1 at the end. */
    int peek() {
        return peek(0);
    }

    /** Returns a character further on, -1 beyond the end. */
    int peek(int offset) {
        return at + offset < text.length ? text[at + offset] : -1;
    }

    int take() {
        if (atEnd()) {
            throw wrong("it ends too early");
        }
        return text[at++];
    }

    /** Takes a text if it comes next. */
    boolean skip(String expected) {
        for (int i = 0; i < expected.length(); i++) {
            if (peek(i) != expected.charAt(i)) {
                return false;
            }
        }
        at += expected.length();
        return true;
    }

    void expect(String expected) {
        if (!skip(expected)) {
            throw wrong("'" + expected + "' is missing");
        }
    }

    /** Takes digits of a base. */
    int number(int base, int digits) {
        int value = 0;
        for (int i = 0; i < digits; i++) {
            int digit = Character.digit(take(), base);
            if (digit < 0) {
                throw wrong("a digit is missing");
            }
            value = value * base + digit;
        }
        return value;
    }

    /** Takes a decimal number of up to nine digits; -1 if there is none. */
    int count() {
        int value = -1;
        for (int i = 0; peek() >= '0' && peek() <= '9'; i++) {
            if (i == 9) {
                throw wrong("a number is too large");
            }
            value = Math.max(value, 0) * 10 + take() - '0';
        }
        return value;
    }

    /** Takes what stands behind an opening brace: {@code m}, {@code m,} or {@code m,n}, and the closing one. */
    Expression repeated(Expression body) {
        int min = Math.max(0, count());
        int max = min;
        if (skip(",")) {
            int most = count();
            max = most < 0 ? Expression.UNLIMITED : most;
        }
        expect("}");
        if (max < min) {
            throw wrong("a repetition of at least " + min + " and at most " + max + " times");
        }
        return new Expression.Repeat(body, min, max);
    }

    void deeper() {
        if (++depth > MOST_DEPTH) {
            throw wrong("groups are nested more than " + MOST_DEPTH + " levels deep");
        }
    }

    void shallower() {
        depth--;
    }

    RuntimeFailure wrong(String reason) {
        return Refusal.of("the " + what + " has an error at character " + (at + 1) + ": " + reason);
    }
}
