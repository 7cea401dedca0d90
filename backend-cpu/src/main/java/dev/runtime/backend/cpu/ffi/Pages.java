package dev.runtime.backend.cpu.ffi;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.runtime.backend.cpu.memory.Memory;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.util.Optional;

/**
 * What Linux is asked about pages of memory. A large page is 2 MiB under one entry of the page table: products stream such memory a third
 * faster, a cold file is read in fewer pieces, and new memory is there after one fault instead of 512. All of it is advice: elsewhere, or
 * where the system declines, memory is as Java gives it.
 *
 * @see <a href="https://man7.org/linux/man-pages/man2/madvise.2.html">madvise(2)</a>
 * @see <a href="https://man7.org/linux/man-pages/man2/mmap.2.html">mmap(2)</a>
 * @see <a href="https://man7.org/linux/man-pages/man2/mincore.2.html">mincore(2)</a>
 */
public final class Pages {
    private static final int MADV_DONTNEED = 4;
    private static final int MADV_HUGEPAGE = 14;
    private static final int MADV_POPULATE_READ = 22;
    private static final int MADV_POPULATE_WRITE = 23;
    private static final int MADV_COLLAPSE = 25;
    private static final int READ_WRITE = 3;
    private static final int PRIVATE_ANONYMOUS = 0x22;
    private static final long PAGE = 4096;
    private static final long LARGE = 2L << 20;

    private static final Optional<MethodHandle> MADVISE = function("madvise", JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_INT);
    private static final Optional<MethodHandle> MMAP =
            function("mmap", JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_LONG);
    private static final Optional<MethodHandle> MINCORE = function("mincore", JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_LONG);
    private static final Optional<MethodHandle> MUNMAP = function("munmap", JAVA_INT, JAVA_LONG, JAVA_LONG);

    private Pages() {}

    /** Returns a function of the C library, on Linux. */
    static Optional<MethodHandle> function(String name, MemoryLayout result, MemoryLayout... arguments) {
        if (!System.getProperty("os.name").equals("Linux")) {
            return Optional.empty();
        }
        Linker linker = Linker.nativeLinker();
        return linker.defaultLookup().find(name).map(symbol -> linker.downcallHandle(symbol, FunctionDescriptor.of(result, arguments)));
    }

    /**
     * Asks for large pages under a part of a mapped file, and under the rest of its first and last page. What is in the page cache in
     * small pieces stays so.
     *
     * @param mapped native memory, a part of a mapping
     * @return whether the system took the advice
     */
    public static boolean advise(MemorySegment mapped) {
        long from = mapped.address() / PAGE * PAGE;
        return mapped.byteSize() > 0 && advise(from, mapped.address() + mapped.byteSize() - from, MADV_HUGEPAGE);
    }

    /**
     * Lets the whole pages of a part of a mapped file go; who reads them again gets them from the page cache or the file.
     *
     * @param address of native memory, a part of a mapping of a file
     * @param bytes its size
     */
    public static void release(long address, long bytes) {
        long from = (address + PAGE - 1) / PAGE * PAGE;
        long to = (address + bytes) / PAGE * PAGE;
        if (from < to) {
            advise(from, to - from, MADV_DONTNEED);
        }
    }

    /**
     * Returns zeroed memory whose pages come with the first use or with {@link #populate}: small ones, unless {@link #enlarge} was before.
     *
     * @param arena how long the memory lives
     * @param bytes its size, above 0
     * @return memory that is aligned to a line at least
     * @throws OutOfMemoryError if there are not so many addresses
     */
    public static MemorySegment allocate(Arena arena, long bytes) {
        if (MMAP.isEmpty() || bytes < LARGE) {
            return Memory.allocate(arena, bytes);
        }
        long whole = Math.addExact(bytes, LARGE);
        long mapped;
        try {
            mapped = (long) MMAP.get().invokeExact(0L, whole, READ_WRITE, PRIVATE_ANONYMOUS, -1, 0L);
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
        if (mapped == -1) {
            throw new OutOfMemoryError("the system maps no " + whole + " bytes");
        }
        long address = (mapped + LARGE - 1) / LARGE * LARGE;
        return MemorySegment.ofAddress(address).reinterpret(bytes, arena, gone -> unmap(mapped, whole));
    }

    /** Asks for large pages wherever none of some memory of {@link #allocate} were made yet. */
    public static void enlarge(MemorySegment memory) {
        advise(memory.address() / PAGE * PAGE, memory.byteSize() + memory.address() % PAGE, MADV_HUGEPAGE);
    }

    /**
     * Has a part of a mapped file read, if it is not in memory yet, and its pages mapped: many times faster than one by one at their first
     * use. What cannot be read is left to that use.
     *
     * @param address of native memory, a part of a mapping of a file
     * @param bytes its size, above 0
     */
    public static void read(long address, long bytes) {
        advise(address / PAGE * PAGE, bytes + address % PAGE, MADV_POPULATE_READ);
    }

    /**
     * Returns whether all of a part of a mapped file is in the page cache, mapped or not. Where the system does not say, it is not; of a
     * file that this process may not write it says that it is.
     *
     * @param address of native memory, a part of a mapping of a file
     * @param bytes its size, above 0
     */
    public static boolean cached(long address, long bytes) {
        if (MINCORE.isEmpty()) {
            return false;
        }
        long from = address / PAGE * PAGE;
        long pages = (address + bytes - from + PAGE - 1) / PAGE;
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment found = arena.allocate(pages);
            int result = (int) MINCORE.get().invokeExact(from, pages * PAGE, found.address());
            for (long i = 0; result == 0 && i < pages; i++) {
                if ((found.get(JAVA_BYTE, i) & 1) == 0) {
                    return false;
                }
            }
            return result == 0;
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }

    /**
     * Has the pages of some memory of {@link #allocate} made at once, which is many times faster than one by one at their first use. Small
     * ones that are there become large, if the system can.
     */
    public static void populate(long address, long bytes) {
        long from = address / PAGE * PAGE;
        advise(from, address + bytes - from, MADV_POPULATE_WRITE);
        advise(from, address + bytes - from, MADV_COLLAPSE);
    }

    private static boolean advise(long address, long bytes, int advice) {
        if (MADVISE.isEmpty()) {
            return false;
        }
        try {
            return (int) MADVISE.get().invokeExact(address, bytes, advice) == 0;
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }

    private static void unmap(long address, long bytes) {
        try {
            int ignored = (int) MUNMAP.orElseThrow().invokeExact(address, bytes);
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }
}
