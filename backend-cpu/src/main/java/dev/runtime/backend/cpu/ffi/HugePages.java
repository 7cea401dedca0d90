package dev.runtime.backend.cpu.ffi;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.util.Optional;

/**
 * Asks Linux for large pages where weights lie. A file that is not in the page cache is then read in pieces of 2 MiB, each of which is
 * one entry of the page table; products stream such memory a third faster, and a cold file is read in fewer pieces. What is in the page
 * cache in small pieces stays so. Elsewhere nothing happens: it is advice, never a condition.
 *
 * @see <a href="https://man7.org/linux/man-pages/man2/madvise.2.html">madvise(2)</a>
 */
public final class HugePages {
    private static final int MADV_HUGEPAGE = 14;
    private static final long PAGE = 4096;
    private static final Optional<MethodHandle> MADVISE = madvise();

    private HugePages() {}

    private static Optional<MethodHandle> madvise() {
        if (!System.getProperty("os.name").equals("Linux")) {
            return Optional.empty();
        }
        Linker linker = Linker.nativeLinker();
        return linker.defaultLookup().find("madvise")
                .map(symbol -> linker.downcallHandle(symbol, FunctionDescriptor.of(JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_INT)));
    }

    /**
     * Asks for large pages under a part of a mapped file, and under the rest of its first and last page.
     *
     * @param mapped native memory, a part of a mapping
     * @return whether the system took the advice
     */
    public static boolean advise(MemorySegment mapped) {
        if (MADVISE.isEmpty() || mapped.byteSize() == 0) {
            return false;
        }
        long from = mapped.address() / PAGE * PAGE;
        long bytes = mapped.address() + mapped.byteSize() - from;
        try {
            return (int) MADVISE.get().invokeExact(from, bytes, MADV_HUGEPAGE) == 0;
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }
}
