package dev.runtime.backend.cpu.ffi;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.util.BitSet;
import java.util.Optional;

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

    private static final Optional<MethodHandle> GET = Pages.function("sched_getaffinity", JAVA_INT, JAVA_INT, JAVA_LONG, ADDRESS);
    private static final Optional<MethodHandle> SET_TO = Pages.function("sched_setaffinity", JAVA_INT, JAVA_INT, JAVA_LONG, ADDRESS);
    private static final int[] CORES = cores();

    private Affinity() {}

    /**
     * Keeps the calling thread on one of the process's cores: number {@code slot}, counted round. A virtual thread stays as it is, because
     * its carrier serves others.
     *
     * @return whether it stays there
     */
    public static boolean pin(int slot) {
        if (CORES.length == 0 || Thread.currentThread().isVirtual()) {
            return false;
        }
        int core = CORES[slot % CORES.length];
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment set = arena.allocate(SET);
            set.set(JAVA_BYTE, core / 8, (byte) (1 << core % 8));
            return (int) SET_TO.orElseThrow().invokeExact(CALLING_THREAD, SET, set) == 0;
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }

    private static int[] cores() {
        if (GET.isEmpty() || SET_TO.isEmpty()) {
            return new int[0];
        }
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment set = arena.allocate(SET);
            int result = (int) GET.get().invokeExact(CALLING_THREAD, SET, set);
            return result < 0 ? new int[0] : BitSet.valueOf(set.asByteBuffer()).stream().toArray();
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }
}
