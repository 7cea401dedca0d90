package dev.runtime.backend.metal.ffi;

import java.lang.foreign.MemorySegment;

/** An autorelease pool: objects that calls leave to it live until it is closed, by the thread that opened it. */
public record Pool(MemorySegment handle) implements AutoCloseable {
    /** Opens a pool. */
    public static Pool open() {
        return new Pool(Messages.pushPool());
    }

    @Override
    public void close() {
        Messages.popPool(handle);
    }
}
