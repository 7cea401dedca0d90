package dev.runtime.kernel.store;

import dev.runtime.api.ErrorCode;
import dev.runtime.api.RuntimeFailure;
import java.io.IOException;

/** Failures of writing, in words for people. */
final class StoreFailure {
    private StoreFailure() {}

    static RuntimeFailure write(String what, IOException e) {
        return new RuntimeFailure(ErrorCode.STORE_FAILED, "cannot write " + what + " into the model store ("
                + e.getClass().getSimpleName() + "); check its folder's permissions and the free space of its disk", e);
    }

    static RuntimeFailure remove(String what, IOException e) {
        return new RuntimeFailure(ErrorCode.STORE_FAILED, "cannot remove " + what + " from the model store ("
                + e.getClass().getSimpleName() + "); check its folder's permissions", e);
    }

    static RuntimeFailure interrupted(InterruptedException e) {
        return new RuntimeFailure(ErrorCode.REQUEST_CANCELLED, "interrupted while waiting for the model store", e);
    }
}
