package dev.runtime.backend.metal.ffi;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BOOLEAN;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.invoke.MethodHandle;
import java.nio.charset.StandardCharsets;

/**
 * Sends messages: {@code objc_msgSend} is one function that must be called with the types of the method that it jumps to, so there is a handle
 * for each combination of types.
 */
final class Messages {
    /** {@code MTLSize}: width, height, depth. */
    static final StructLayout SIZE = MemoryLayout.structLayout(JAVA_LONG.withName("width"), JAVA_LONG.withName("height"),
            JAVA_LONG.withName("depth")).withName("MTLSize");

    private static final MethodHandle GET_CLASS = MetalLibrary.function("objc_getClass", FunctionDescriptor.of(ADDRESS, ADDRESS));
    private static final MethodHandle REGISTER = MetalLibrary.function("sel_registerName", FunctionDescriptor.of(ADDRESS, ADDRESS));
    private static final MethodHandle PUSH = MetalLibrary.function("objc_autoreleasePoolPush", FunctionDescriptor.of(ADDRESS));
    private static final MethodHandle POP = MetalLibrary.function("objc_autoreleasePoolPop", FunctionDescriptor.ofVoid(ADDRESS));

    private static final MethodHandle OBJECT = object();
    private static final MethodHandle OBJECT_OF_OBJECT = object(ADDRESS);
    private static final MethodHandle OBJECT_OF_2_OBJECTS = object(ADDRESS, ADDRESS);
    private static final MethodHandle OBJECT_OF_3_OBJECTS = object(ADDRESS, ADDRESS, ADDRESS);
    private static final MethodHandle OBJECT_OF_NUMBER = object(JAVA_LONG);
    private static final MethodHandle OBJECT_OF_2_NUMBERS = object(JAVA_LONG, JAVA_LONG);
    private static final MethodHandle NUMBER = MetalLibrary.function("objc_msgSend", FunctionDescriptor.of(JAVA_LONG, ADDRESS, ADDRESS));
    private static final MethodHandle TRUTH_OF_NUMBER =
            MetalLibrary.function("objc_msgSend", FunctionDescriptor.of(JAVA_BOOLEAN, ADDRESS, ADDRESS, JAVA_LONG));
    private static final MethodHandle NOTHING = nothing();
    private static final MethodHandle NOTHING_OF_NUMBER = nothing(JAVA_LONG);
    private static final MethodHandle NOTHING_OF_TRUTH = nothing(JAVA_BOOLEAN);
    private static final MethodHandle NOTHING_OF_OBJECT = nothing(ADDRESS);
    private static final MethodHandle NOTHING_OF_BYTES = nothing(ADDRESS, JAVA_LONG, JAVA_LONG);
    private static final MethodHandle NOTHING_OF_2_SIZES = nothing(SIZE, SIZE);

    private Messages() {}

    private static MethodHandle object(MemoryLayout... arguments) {
        return MetalLibrary.function("objc_msgSend", FunctionDescriptor.of(ADDRESS, ADDRESS, ADDRESS).appendArgumentLayouts(arguments));
    }

    private static MethodHandle nothing(MemoryLayout... arguments) {
        return MetalLibrary.function("objc_msgSend", FunctionDescriptor.ofVoid(ADDRESS, ADDRESS).appendArgumentLayouts(arguments));
    }

    /** Returns a class. */
    static MemorySegment type(String name) {
        try (Arena arena = Arena.ofConfined()) {
            return (MemorySegment) GET_CLASS.invokeExact(arena.allocateFrom(name, StandardCharsets.US_ASCII));
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }

    /** Returns the selector of a name. */
    static MemorySegment selector(String name) {
        try (Arena arena = Arena.ofConfined()) {
            return (MemorySegment) REGISTER.invokeExact(arena.allocateFrom(name, StandardCharsets.US_ASCII));
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }

    static MemorySegment pushPool() {
        try {
            return (MemorySegment) PUSH.invokeExact();
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }

    static void popPool(MemorySegment pool) {
        try {
            POP.invokeExact(pool);
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }

    static MemorySegment object(MemorySegment receiver, Selector selector) {
        try {
            return (MemorySegment) OBJECT.invokeExact(receiver, selector.pointer());
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }

    static MemorySegment object(MemorySegment receiver, Selector selector, MemorySegment a) {
        try {
            return (MemorySegment) OBJECT_OF_OBJECT.invokeExact(receiver, selector.pointer(), a);
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }

    static MemorySegment object(MemorySegment receiver, Selector selector, MemorySegment a, MemorySegment b) {
        try {
            return (MemorySegment) OBJECT_OF_2_OBJECTS.invokeExact(receiver, selector.pointer(), a, b);
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }

    static MemorySegment object(MemorySegment receiver, Selector selector, MemorySegment a, MemorySegment b, MemorySegment c) {
        try {
            return (MemorySegment) OBJECT_OF_3_OBJECTS.invokeExact(receiver, selector.pointer(), a, b, c);
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }

    static MemorySegment object(MemorySegment receiver, Selector selector, long a) {
        try {
            return (MemorySegment) OBJECT_OF_NUMBER.invokeExact(receiver, selector.pointer(), a);
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }

    static MemorySegment object(MemorySegment receiver, Selector selector, long a, long b) {
        try {
            return (MemorySegment) OBJECT_OF_2_NUMBERS.invokeExact(receiver, selector.pointer(), a, b);
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }

    static long number(MemorySegment receiver, Selector selector) {
        try {
            return (long) NUMBER.invokeExact(receiver, selector.pointer());
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }

    static boolean truth(MemorySegment receiver, Selector selector, long a) {
        try {
            return (boolean) TRUTH_OF_NUMBER.invokeExact(receiver, selector.pointer(), a);
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }

    static void send(MemorySegment receiver, Selector selector) {
        try {
            NOTHING.invokeExact(receiver, selector.pointer());
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }

    static void send(MemorySegment receiver, Selector selector, long a) {
        try {
            NOTHING_OF_NUMBER.invokeExact(receiver, selector.pointer(), a);
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }

    static void send(MemorySegment receiver, Selector selector, boolean a) {
        try {
            NOTHING_OF_TRUTH.invokeExact(receiver, selector.pointer(), a);
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }

    static void send(MemorySegment receiver, Selector selector, MemorySegment a) {
        try {
            NOTHING_OF_OBJECT.invokeExact(receiver, selector.pointer(), a);
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }

    static void send(MemorySegment receiver, Selector selector, MemorySegment bytes, long a, long b) {
        try {
            NOTHING_OF_BYTES.invokeExact(receiver, selector.pointer(), bytes, a, b);
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }

    /** Sends a message with two {@link #SIZE}s by value. */
    static void sendSizes(MemorySegment receiver, Selector selector, MemorySegment a, MemorySegment b) {
        try {
            NOTHING_OF_2_SIZES.invokeExact(receiver, selector.pointer(), a, b);
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }
}
