package dev.runtime.backend.metal;

import dev.runtime.api.backend.Device;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Assumptions;

/** The stand-in for the Objective-C runtime and Metal that the build compiles, and what only tests ask of it. */
public final class StandIn {
    private static final Path FILE = Path.of(System.getProperty("runtime.metal.library", ""));

    private StandIn() {}

    /** Skips the test with the reason where the stand-in could not be built. */
    public static void required() {
        Assumptions.assumeTrue(Files.isRegularFile(FILE), "no stand-in for Metal: there was no g++");
    }

    /** Returns its device. */
    static Device device(MetalBackend backend) {
        required();
        return backend.devices().getFirst();
    }

    /** Returns how many objects there are. */
    static long live() {
        return (long) call("standin_live", FunctionDescriptor.of(ValueLayout.JAVA_LONG));
    }

    /** Lets the next step fail with a {@code MTLCommandBufferError}. */
    static void failNext(long code) {
        call("standin_fail", FunctionDescriptor.ofVoid(ValueLayout.JAVA_LONG), code);
    }

    /** Lets it have no memory for buffers any more, or again. */
    static void refuseMemory(boolean refuse) {
        call("standin_refuse_memory", FunctionDescriptor.ofVoid(ValueLayout.JAVA_LONG), refuse ? 1L : 0L);
    }

    /** Returns the messages since {@link #clearLog}, each in a line; behind one with sizes these, as the callee got them. */
    public static String log() {
        return ((MemorySegment) call("standin_log", FunctionDescriptor.of(ValueLayout.ADDRESS
                .withTargetLayout(MemoryLayout.sequenceLayout(Integer.MAX_VALUE, ValueLayout.JAVA_BYTE))))).getString(0);
    }

    /** Forgets messages. */
    public static void clearLog() {
        call("standin_clear_log", FunctionDescriptor.ofVoid());
    }

    private static Object call(String function, FunctionDescriptor type, Object... arguments) {
        try {
            return Linker.nativeLinker().downcallHandle(SymbolLookup.libraryLookup(FILE, Arena.global()).findOrThrow(function), type)
                    .invokeWithArguments(arguments);
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }
}
