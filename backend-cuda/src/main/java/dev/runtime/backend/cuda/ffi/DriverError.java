package dev.runtime.backend.cuda.ffi;

import java.util.Set;

/** The driver refused a call. */
public final class DriverError extends RuntimeException {
    /** {@code CUDA_ERROR_OUT_OF_MEMORY}. */
    private static final int OUT_OF_MEMORY = 2;

    /** What ends the context for the whole process, as far as is known without a card: errors of memory and devices, and faults of kernels. */
    private static final Set<Integer> LOSSES = Set.of(46, 214, 220, 226, 700, 702, 710, 714, 715, 716, 717, 718, 719, 721, 999);

    private static final long serialVersionUID = 1;

    private final int code;

    DriverError(String call, int code, String text) {
        super(call + ": " + text + " (" + code + ")");
        this.code = code;
    }

    /** Tells whether the device cannot be used any more by this process. */
    boolean lost() {
        return LOSSES.contains(code);
    }

    /** Tells whether memory was short; everything else means that the device or the program is broken. */
    public boolean outOfMemory() {
        return code == OUT_OF_MEMORY;
    }
}
