package dev.runtime.plugin.templates.go;

/** An error in a template, or one that it ran into. */
final class GoError extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final int at;

    /**
     * Creates an error.
     *
     * @param at the place in the source, -1 if unknown
     */
    GoError(String message, int at) {
        super(message, null, false, false);
        this.at = at;
    }

    int at() {
        return at;
    }
}
