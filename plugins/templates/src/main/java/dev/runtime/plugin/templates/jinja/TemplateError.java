package dev.runtime.plugin.templates.jinja;

/** An error in a template, before its place is known; {@link JinjaTemplate} and {@link JinjaEngine} turn it into a failure of the api. */
final class TemplateError extends RuntimeException {
    private static final long serialVersionUID = 1;

    /** What went wrong, as far as a caller may want to try another way. */
    enum Kind {
        /** The source is not valid. */
        SYNTAX,
        /** A value has the wrong type or is not defined. */
        TYPE,
        /** The template itself raised it. */
        RAISED,
        /** A limit or the sandbox stopped it. */
        DENIED
    }

    /** A place that is not known yet. */
    static final int NOWHERE = -1;

    private final transient Kind kind;
    private final int at;

    TemplateError(Kind kind, String message, int at) {
        super(message, null, false, false);
        this.kind = kind;
        this.at = at;
    }

    static TemplateError syntax(String message, int at) {
        return new TemplateError(Kind.SYNTAX, message, at);
    }

    static TemplateError type(String message) {
        return new TemplateError(Kind.TYPE, message, NOWHERE);
    }

    static TemplateError raised(String message) {
        return new TemplateError(Kind.RAISED, message, NOWHERE);
    }

    static TemplateError denied(String message) {
        return new TemplateError(Kind.DENIED, message, NOWHERE);
    }

    Kind kind() {
        return kind;
    }

    /** Returns the offset in the source, or {@link #NOWHERE}. */
    int at() {
        return at;
    }
}
