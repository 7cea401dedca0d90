package dev.runtime.backend.cpu.memory;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/**
 * Off-heap memory by address: little-endian, unaligned, without bounds checks.
 *
 * <p>Kernels work on plain addresses, so that one piece of code serves mapped weights, working memory and, later, native
 * functions, and so that the JIT sees one constant segment.
 *
 * <p>SAFETY: nobody but the compiler of programs and the cache makes addresses. They check the size of every weight, plan
 * every buffer for the largest step, and check each step's tokens, positions and blocks before it starts.
 */
public final class Memory {
    /** All memory; for loads of vectors. */
    public static final MemorySegment ALL = MemorySegment.NULL.reinterpret(Long.MAX_VALUE);

    /** The alignment of buffers: a cache line, and the widest vector. */
    public static final int ALIGNMENT = 64;

    private static final ValueLayout.OfFloat F32 = ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfDouble F64 = ValueLayout.JAVA_DOUBLE_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfInt I32 = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfShort I16 = ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    /** All bits of an address but those that would take it out of the segment. */
    private static final long INSIDE = (1L << 62) - 1;

    private Memory() {}

    /**
     * Returns the same address, of which the JIT knows that it lies within the segment: it leaves the bounds check out, for which it would make
     * a nest of three out of each loop.
     */
    private static long in(long address) {
        return address & INSIDE;
    }

    /** Returns zeroed memory that lives as long as the arena, aligned to {@link #ALIGNMENT}; at least one line. */
    public static MemorySegment allocate(Arena arena, long bytes) {
        return arena.allocate(Math.max(bytes, ALIGNMENT), ALIGNMENT);
    }

    /** Rounds a size up to whole lines. */
    public static long align(long bytes) {
        return Math.addExact(bytes, ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    }

    /** Loads a binary32. */
    public static float f32(long address) {
        return ALL.get(F32, in(address));
    }

    /** Stores a binary32. */
    public static void f32(long address, float value) {
        ALL.set(F32, in(address), value);
    }

    /** Loads a binary64. */
    public static double f64(long address) {
        return ALL.get(F64, in(address));
    }

    /** Stores a binary64. */
    public static void f64(long address, double value) {
        ALL.set(F64, in(address), value);
    }

    /** Loads a binary16. */
    public static float f16(long address) {
        return Float.float16ToFloat(ALL.get(I16, in(address)));
    }

    /** Loads 32 bits. */
    public static int i32(long address) {
        return ALL.get(I32, in(address));
    }

    /** Stores 32 bits. */
    public static void i32(long address, int value) {
        ALL.set(I32, in(address), value);
    }

    /** Loads 16 bits, signed. */
    public static short i16(long address) {
        return ALL.get(I16, in(address));
    }

    /** Loads 16 bits, signed, from some bytes after an address, so that one address serves several loads. */
    public static short i16After(long address, int bytes) {
        return ALL.get(I16, in(address) + bytes);
    }

    /** Stores 16 bits. */
    public static void i16(long address, int value) {
        ALL.set(I16, in(address), (short) value);
    }

    /** Loads 8 bits, signed. */
    public static byte i8(long address) {
        return ALL.get(ValueLayout.JAVA_BYTE, in(address));
    }

    /** Stores 8 bits. */
    public static void i8(long address, int value) {
        ALL.set(ValueLayout.JAVA_BYTE, in(address), (byte) value);
    }

    /** Loads 8 bits, unsigned. */
    public static int u8(long address) {
        return ALL.get(ValueLayout.JAVA_BYTE, in(address)) & 0xFF;
    }

    /** Copies bytes; the runs may overlap. */
    public static void copy(long from, long to, long bytes) {
        MemorySegment.copy(ALL, from, ALL, to, bytes);
    }

    /** Sets bytes to zero. */
    public static void clear(long address, long bytes) {
        // not by a slice, which would be an object
        long at = address;
        for (; at <= address + bytes - 8; at += 8) {
            ALL.set(ValueLayout.JAVA_LONG_UNALIGNED, in(at), 0L);
        }
        for (; at < address + bytes; at++) {
            ALL.set(ValueLayout.JAVA_BYTE, in(at), (byte) 0);
        }
    }
}
