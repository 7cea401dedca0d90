package dev.runtime.backend.cuda.memory;

import dev.runtime.backend.cuda.ffi.Context;
import dev.runtime.backend.cuda.ffi.Driver;
import dev.runtime.backend.cuda.ffi.DriverError;

/** A run of device memory with an owner. */
public final class DeviceBuffer implements AutoCloseable {
    private final Context context;
    private final long address;
    private final long bytes;
    private boolean open = true;

    /**
     * Allocates.
     *
     * @param what the memory is for, for the message
     * @throws dev.runtime.api.RuntimeFailure with {@code device.out_of_memory}
     */
    public DeviceBuffer(Context context, long bytes, String what) {
        this.context = context;
        this.bytes = Math.max(1, bytes);
        context.enter();
        try {
            address = Driver.allocate(this.bytes);
        } catch (DriverError e) {
            throw context.failure((this.bytes >> 20) + " MiB of " + what, e);
        }
    }

    /** Returns the address on the device. */
    public long address() {
        return address;
    }

    /** Returns the size. */
    public long bytes() {
        return bytes;
    }

    @Override
    public void close() {
        if (open) {
            open = false;
            context.release("device memory", () -> Driver.free(address));
        }
    }
}
