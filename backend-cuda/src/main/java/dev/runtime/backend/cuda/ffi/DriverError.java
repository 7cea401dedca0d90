package dev.runtime.backend.cuda.ffi;

/** The driver refused a call. */
public final class DriverError extends RuntimeException {
    /** {@code CUDA_ERROR_OUT_OF_MEMORY}. */
    private static final int OUT_OF_MEMORY = 2;

    private static final long serialVersionUID = 1;

    private final int code;

    DriverError(String call, int code, String text) {
        super(call + ": " + text + " (" + code + ")");
        this.code = code;
    }

    /** Tells whether memory was short; everything else means that the device or the program is broken. */
    public boolean outOfMemory() {
        return code == OUT_OF_MEMORY;
    }
}
