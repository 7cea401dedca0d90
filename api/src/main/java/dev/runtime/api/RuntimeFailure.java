package dev.runtime.api;

import java.util.Objects;

/**
 * The one exception family of the runtime: a stable code and a message for people.
 *
 * <p>The message says what happened, with which values, and what to do next. It reaches clients, so it never holds
 * secrets or more of the host's paths than the caller gave.
 */
@Stable
public class RuntimeFailure extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final ErrorCode code;

    /** Creates a failure with a message for people. */
    public RuntimeFailure(ErrorCode code, String message) {
        this(code, message, null);
    }

    /** Creates a failure with a message for people and a cause, which may be null. */
    public RuntimeFailure(ErrorCode code, String message, Throwable cause) {
        super(Objects.requireNonNull(message, "message"), cause);
        this.code = Objects.requireNonNull(code, "code");
    }

    /** Returns the stable code. */
    public final ErrorCode code() {
        return code;
    }
}
