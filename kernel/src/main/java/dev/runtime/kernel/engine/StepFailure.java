package dev.runtime.kernel.engine;

import dev.runtime.api.ErrorCode;
import dev.runtime.api.RuntimeFailure;

/** What a client is told of a step that failed. */
final class StepFailure {
    private StepFailure() {}

    static RuntimeFailure of(Throwable cause) {
        return switch (cause) {
            case RuntimeFailure f when f.code() == ErrorCode.DEVICE_FAILED || f.code() == ErrorCode.OUT_OF_MEMORY -> f;
            case OutOfMemoryError e -> new RuntimeFailure(ErrorCode.OUT_OF_MEMORY,
                    "out of memory during a step; use a shorter context or fewer parallel requests", e);
            case Throwable t -> new RuntimeFailure(ErrorCode.DEVICE_FAILED, "the device failed during a step: " + t, t);
        };
    }
}
