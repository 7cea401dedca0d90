package dev.runtime.plugin.templates.jinja;

/**
 * Bounds one rendering in time, memory and depth. Every node costs a step, and work on long values costs more, so that no
 * operation is cheap and long.
 */
final class Budget {
    static final long MAX_STEPS = 5_000_000;
    /** Longest text, in UTF-16 units: the output, and any string on the way. */
    static final int MAX_TEXT = 16 << 20;
    /** Longest list, and largest range. */
    static final int MAX_ITEMS = 100_000;
    /** Deepest nesting of evaluation, calls of macros included, and of values that are compared or printed. */
    static final int MAX_DEPTH = 1200;

    private static final int CHARACTERS_A_STEP = 32;

    private long steps;
    private int depth;

    void step() {
        steps(1);
    }

    void steps(long count) {
        steps += count;
        if (steps > MAX_STEPS) {
            throw TemplateError.denied("the template takes more than " + MAX_STEPS + " steps");
        }
    }

    /** Checks and pays for a text that is about to be made or read. */
    void text(long length) {
        if (length > MAX_TEXT) {
            throw TemplateError.denied("the template makes a text of more than " + MAX_TEXT + " characters");
        }
        steps(length / CHARACTERS_A_STEP);
    }

    /** Checks a text that grows. */
    void limit(StringBuilder out) {
        if (out.length() > MAX_TEXT) {
            text(out.length());
        }
    }

    /** Checks and pays for a list that is about to be made. */
    void items(long count) {
        if (count > MAX_ITEMS) {
            throw TemplateError.denied("the template makes a list of more than " + MAX_ITEMS + " items");
        }
        steps(count);
    }

    void enter() {
        step();
        if (++depth > MAX_DEPTH) {
            throw TemplateError.denied("the template nests more than " + MAX_DEPTH + " deep");
        }
    }

    void leave() {
        depth--;
    }

    /** Appends to a text and pays for it. */
    void append(StringBuilder out, String text) {
        if (out.length() + (long) text.length() > MAX_TEXT) {
            throw TemplateError.denied("the template writes more than " + MAX_TEXT + " characters");
        }
        steps(text.length() / CHARACTERS_A_STEP);
        out.append(text);
    }
}
