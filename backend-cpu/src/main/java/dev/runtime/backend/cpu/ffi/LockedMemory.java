package dev.runtime.backend.cpu.ffi;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.invoke.MethodHandle;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Memory that the system may not take away from the process, on Linux and macOS. All or nothing: where a part cannot be locked, the others
 * are let go. For one thread at a time; closed before the memory goes.
 *
 * @see <a href="https://man7.org/linux/man-pages/man2/mlock.2.html">mlock(2)</a>
 */
public final class LockedMemory implements AutoCloseable {
    private static final long PAGE = 4096;
    private static final FunctionDescriptor TYPE = FunctionDescriptor.of(JAVA_INT, JAVA_LONG, JAVA_LONG);
    private static final Optional<MethodHandle> MLOCK = function("mlock");
    private static final Optional<MethodHandle> MUNLOCK = function("munlock");

    private final TreeMap<Long, Long> locked = new TreeMap<>();

    /** Locks nothing yet. */
    public LockedMemory() {}

    private static Optional<MethodHandle> function(String name) {
        Linker linker = Linker.nativeLinker();
        return linker.defaultLookup().find(name).map(symbol -> linker.downcallHandle(symbol, TYPE));
    }

    /** Returns whether the system has locks at all. */
    public static boolean supported() {
        return MLOCK.isPresent() && MUNLOCK.isPresent();
    }

    /** Returns why so many bytes are not locked, and what to do about it. */
    public static String refused(long bytes) {
        return supported() ? "the system does not let this process lock " + (bytes >> 20) + " MiB; raise its limit (ulimit -l, or LimitMEMLOCK of "
                + "a systemd service)" : "memory cannot be locked on this system";
    }

    /**
     * Locks; pages that are not there yet come.
     *
     * @param address of native memory
     * @param bytes its size
     * @return whether all that was ever asked for is locked; if not, nothing is
     */
    public boolean lock(long address, long bytes) {
        if (!supported() || call(MLOCK.get(), address, bytes) != 0) {
            close();
            return false;
        }
        locked.merge(address, bytes, Math::max);
        return true;
    }

    /** Unlocks the whole pages of some locked memory. */
    public void unlock(long address, long bytes) {
        long from = (address + PAGE - 1) / PAGE * PAGE;
        long to = (address + bytes) / PAGE * PAGE;
        if (from < to && !locked.isEmpty()) {
            call(MUNLOCK.orElseThrow(), from, to - from);
        }
    }

    /** Unlocks all. */
    @Override
    public void close() {
        locked.forEach((address, bytes) -> call(MUNLOCK.orElseThrow(), address, bytes));
        locked.clear();
    }

    private static int call(MethodHandle function, long address, long bytes) {
        try {
            return (int) function.invokeExact(address, bytes);
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }
}
