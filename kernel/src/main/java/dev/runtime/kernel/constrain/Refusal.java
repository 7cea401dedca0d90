package dev.runtime.kernel.constrain;

import dev.runtime.api.ErrorCode;
import dev.runtime.api.RuntimeFailure;

/** Failures of constraints that are malformed or too large. */
final class Refusal {
    private Refusal() {}

    /** Returns a failure that says what is wrong with the constraint. */
    static RuntimeFailure of(String reason) {
        return new RuntimeFailure(ErrorCode.REQUEST_INVALID, "the output constraint cannot be used: " + reason);
    }
}
