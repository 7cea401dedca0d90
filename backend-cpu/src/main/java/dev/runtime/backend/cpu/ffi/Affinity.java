package dev.runtime.backend.cpu.ffi;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.util.BitSet;

/**
 * Threads that stay on one core, on Linux; elsewhere, or where the system declines, they go on as before. The cores are those that the
 * process might use when the first thread was pinned.
 *
 * @see <a href="https://man7.org/linux/man-pages/man2/sched_setaffinity.2.html">sched_setaffinity(2)</a>
 */
public final class Affinity {
    private static final int CALLING_THREAD = 0;

    /** Bytes of a set of processors: enough for 8,192. */
    private static final long SET = 1024;

    private static final MethodHandle GET = Pages.function("sched_getaffinity", JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_LONG).orElse(null);
    private static final MethodHandle SET_TO = Pages.function("sched_setaffinity", JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_LONG).orElse(null);

    /** The set of each core alone, and that of all. */
    private static final MemorySegment ALL = Arena.global().allocate(SET);
    private static final MemorySegment[] CORES = cores();

    private Affinity() {}

    /**
     * Keeps the calling thread on one of the process's cores: number {@code slot}, counted round. Threads that it starts stay there too. A
     * virtual thread stays as it is, because its carrier serves others. Allocates nothing.
     */
    public static void pin(int slot) {
        if (CORES.length > 0) {
            move(CORES[slot % CORES.length]);
        }
    }

    /** Lets the calling thread run on all cores again. */
    public static void free() {
        if (CORES.length > 0) {
            move(ALL);
        }
    }

    private static void move(MemorySegment set) {
        if (Thread.currentThread().isVirtual()) {
            return;
        }
        try {
            int ignored = (int) SET_TO.invokeExact(CALLING_THREAD, SET, set.address());
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }

    private static MemorySegment[] cores() {
        if (GET == null || SET_TO == null) {
            return new MemorySegment[0];
        }
        try {
            int result = (int) GET.invokeExact(CALLING_THREAD, SET, ALL.address());
            return result < 0 ? new MemorySegment[0] : BitSet.valueOf(ALL.asByteBuffer()).stream().mapToObj(Affinity::alone).toArray(MemorySegment[]::new);
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }

    private static MemorySegment alone(int core) {
        MemorySegment set = Arena.global().allocate(SET);
        set.set(JAVA_BYTE, core / 8, (byte) (1 << core % 8));
        return set;
    }
}
