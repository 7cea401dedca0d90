package dev.runtime.backend.cuda;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Assumptions;

/** What tests tell and ask the stand-in for the driver library. */
final class StandIn {
    private final MethodHandle fail;
    private final MethodHandle used;

    private StandIn(SymbolLookup library) {
        fail = Linker.nativeLinker().downcallHandle(library.findOrThrow("standin_fail"),
                FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_INT, JAVA_INT, JAVA_INT));
        used = Linker.nativeLinker().downcallHandle(library.findOrThrow("standin_used"), FunctionDescriptor.of(JAVA_LONG));
    }

    /** Returns it; skips the test where there was no C++ compiler. */
    static StandIn open() {
        Path library = Path.of(System.getProperty("runtime.cuda.library", ""));
        Assumptions.assumeTrue(Files.isRegularFile(library), "no stand-in for the CUDA driver: there was no C++ compiler");
        return new StandIn(SymbolLookup.libraryLookup(library, Arena.global()));
    }

    /** Lets a call fail with an error number after {@code after} more of it, once, or {@code lasting} with all calls from then on. */
    void fail(String call, int after, int error, boolean lasting) {
        try (Arena arena = Arena.ofConfined()) {
            int before = (int) fail.invokeExact(arena.allocateFrom(call), after, error, lasting ? 1 : 0);
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }

    /** Ends failures; returns whether the one that was asked for has come. */
    boolean heal() {
        try {
            return (int) fail.invokeExact(MemorySegment.NULL, 0, 0, 0) != 0;
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }

    /** Returns the bytes of device memory in use. */
    long used() {
        try {
            return (long) used.invokeExact();
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }
}
