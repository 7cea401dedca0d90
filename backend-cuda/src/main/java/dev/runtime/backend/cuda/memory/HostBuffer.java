package dev.runtime.backend.cuda.memory;

import dev.runtime.backend.cuda.ffi.Context;
import dev.runtime.backend.cuda.ffi.Driver;
import dev.runtime.backend.cuda.ffi.DriverError;
import java.lang.foreign.MemorySegment;

/** Host memory that the device reaches at full speed. */
public final class HostBuffer implements AutoCloseable {
    private final Context context;
    private final MemorySegment segment;
    private boolean open = true;

    /** Allocates; fails as {@link DeviceBuffer} does. */
    public HostBuffer(Context context, long bytes, String what) {
        this.context = context;
        context.enter();
        long wanted = Math.max(1, bytes);
        try {
            segment = MemorySegment.ofAddress(Driver.allocateHost(wanted, 0)).reinterpret(wanted);
        } catch (DriverError e) {
            throw context.failure((wanted >> 20) + " MiB of host memory for " + what, e);
        }
    }

    /** Returns the memory; not to be touched after {@link #close}. */
    public MemorySegment segment() {
        return segment;
    }

    @Override
    public void close() {
        if (open) {
            open = false;
            context.release("host memory", () -> Driver.freeHost(segment.address()));
        }
    }
}
