package dev.runtime.backend.cuda.memory;

import dev.runtime.api.backend.DeviceMemory;
import dev.runtime.backend.cuda.ffi.Context;
import dev.runtime.backend.cuda.ffi.Driver;
import dev.runtime.backend.cuda.ffi.DriverError;
import java.lang.foreign.MemorySegment;
import java.util.Objects;

/** Device memory for use across programs, with a place on the host to copy through. */
public final class PlainMemory implements DeviceMemory {
    /** The stream that is always there. */
    private static final long DEFAULT_STREAM = 0;

    private final Context context;
    private final DeviceBuffer device;
    private final HostBuffer host;
    private final long bytes;

    /** Allocates. */
    public PlainMemory(Context context, long bytes) {
        this.context = context;
        this.bytes = bytes;
        device = new DeviceBuffer(context, bytes, "memory across programs");
        try {
            host = new HostBuffer(context, bytes, "memory across programs");
        } catch (RuntimeException | Error e) {
            device.close();
            throw e;
        }
    }

    @Override
    public long bytes() {
        return bytes;
    }

    @Override
    public void write(long offset, MemorySegment source) {
        Objects.checkFromIndexSize(offset, source.byteSize(), bytes);
        host.segment().asSlice(0, source.byteSize()).copyFrom(source);
        copy(() -> Driver.toDevice(device.address() + offset, host.segment().address(), source.byteSize(), DEFAULT_STREAM));
    }

    @Override
    public void read(long offset, MemorySegment target) {
        Objects.checkFromIndexSize(offset, target.byteSize(), bytes);
        copy(() -> Driver.toHost(host.segment().address(), device.address() + offset, target.byteSize(), DEFAULT_STREAM));
        target.copyFrom(host.segment().asSlice(0, target.byteSize()));
    }

    private void copy(Runnable work) {
        context.enter();
        try {
            work.run();
            Driver.synchronize(DEFAULT_STREAM);
        } catch (DriverError e) {
            throw context.failure("copying memory", e);
        }
    }

    @Override
    public void close() {
        device.close();
        host.close();
    }
}
