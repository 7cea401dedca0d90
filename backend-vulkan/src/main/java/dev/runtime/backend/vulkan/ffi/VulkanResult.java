package dev.runtime.backend.vulkan.ffi;

import dev.runtime.api.ErrorCode;
import dev.runtime.api.RuntimeFailure;

/** What functions of Vulkan answer. */
public final class VulkanResult {
    /** Done. */
    public static final int SUCCESS = 0;
    /** A wait ended without what was waited for. */
    public static final int TIMEOUT = 2;
    /** There is more than there was room for. */
    public static final int INCOMPLETE = 5;
    /** The device does not answer any more; everything on it is lost. */
    public static final int DEVICE_LOST = -4;

    private static final int OUT_OF_HOST_MEMORY = -1;
    private static final int OUT_OF_DEVICE_MEMORY = -2;

    private VulkanResult() {}

    /**
     * Checks an answer.
     *
     * @throws RuntimeFailure with {@code device.out_of_memory} or {@code device.failed}
     */
    public static void check(int result, String what) {
        if (result != SUCCESS) {
            throw failure(result, what);
        }
    }

    /** Returns the failure for an answer. */
    public static RuntimeFailure failure(int result, String what) {
        return switch (result) {
            case OUT_OF_HOST_MEMORY, OUT_OF_DEVICE_MEMORY -> new RuntimeFailure(ErrorCode.OUT_OF_MEMORY, what
                    + ": the memory of the GPU is used up; use a shorter context, a smaller batch or a smaller model");
            case DEVICE_LOST -> new RuntimeFailure(ErrorCode.DEVICE_FAILED, what
                    + ": the GPU does not answer any more; the model is loaded again for the next request");
            default -> new RuntimeFailure(ErrorCode.DEVICE_FAILED, what + " failed with VkResult " + result
                    + "; update the GPU's driver, or choose another device");
        };
    }
}
