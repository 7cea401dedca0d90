package dev.runtime.plugin.templates.jinja;

import java.time.ZonedDateTime;

/** What the parts of one rendering share. For one thread. */
final class Rendering {
    private final Budget budget = new Budget();
    private final ZonedDateTime now;
    private int at;

    Rendering(ZonedDateTime now) {
        this.now = now;
    }

    Budget budget() {
        return budget;
    }

    ZonedDateTime now() {
        return now;
    }

    /** Returns the offset in the source of what is being evaluated. */
    int at() {
        return at;
    }

    void at(int offset) {
        at = offset;
    }

    String str(Object value) {
        return PythonText.str(value, budget);
    }
}
