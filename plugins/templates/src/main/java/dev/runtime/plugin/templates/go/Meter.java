package dev.runtime.plugin.templates.go;

/** Counts what a rendering does, and stops one that does too much. For one rendering. */
final class Meter {
    private static final int MOST_STEPS = 5_000_000;
    private static final int LONGEST = 16 << 20;
    private static final int DEEPEST = 100;

    private int steps;
    private int depth;

    void step(int at) {
        if (++steps > MOST_STEPS) {
            throw new GoError("it takes more than " + MOST_STEPS + " steps", at);
        }
    }

    void length(int characters, int at) {
        if (characters > LONGEST) {
            throw new GoError("it writes more than " + LONGEST + " characters", at);
        }
    }

    void enter(int at) {
        if (++depth > DEEPEST) {
            throw new GoError("templates call each other more than " + DEEPEST + " deep", at);
        }
    }

    void leave() {
        depth--;
    }
}
