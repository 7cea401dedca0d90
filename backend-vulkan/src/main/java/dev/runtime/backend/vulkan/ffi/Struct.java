package dev.runtime.backend.vulkan.ffi;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * A C structure, written field by field with the padding of a 64-bit ABI. Structures of Vulkan begin with their type and a pointer to
 * the next one in a chain.
 */
public final class Struct {
    private static final int LARGEST = 512;

    private final MemorySegment memory;
    private long end;
    private long alignment = 1;

    /** Begins a structure without a type. */
    public Struct(Arena arena) {
        memory = arena.allocate(LARGEST, 8);
    }

    /** Begins a structure of a {@code VkStructureType}, the last one of its chain. */
    public Struct(Arena arena, int type) {
        this(arena, type, MemorySegment.NULL);
    }

    /** Begins a structure of a {@code VkStructureType} with the next one of its chain. */
    public Struct(Arena arena, int type, MemorySegment next) {
        this(arena);
        u32(type).pointer(next);
    }

    /** Adds a 32-bit number, a flag or an enumerated value. */
    public Struct u32(int value) {
        memory.set(ValueLayout.JAVA_INT, place(4), value);
        return this;
    }

    /** Adds 32-bit zeros. */
    public Struct zeros(int count) {
        for (int i = 0; i < count; i++) {
            u32(0);
        }
        return this;
    }

    /** Adds a 64-bit number or a handle that is one. */
    public Struct u64(long value) {
        memory.set(ValueLayout.JAVA_LONG, place(8), value);
        return this;
    }

    /** Adds a 32-bit float. */
    public Struct f32(float value) {
        memory.set(ValueLayout.JAVA_FLOAT, place(4), value);
        return this;
    }

    /** Adds a pointer or a dispatchable handle. */
    public Struct pointer(MemorySegment value) {
        memory.set(ValueLayout.ADDRESS, place(8), value);
        return this;
    }

    /** Adds a structure by value. */
    public Struct nested(Struct other) {
        alignment = Math.max(alignment, other.alignment);
        end = Math.ceilDiv(end, other.alignment) * other.alignment;
        MemorySegment.copy(other.memory, 0, memory, end, other.bytes());
        end += other.bytes();
        return this;
    }

    private long place(int size) {
        alignment = Math.max(alignment, size);
        long at = Math.ceilDiv(end, size) * size;
        end = at + size;
        return at;
    }

    /** Returns the size with the padding at the end. */
    public long bytes() {
        return Math.ceilDiv(end, alignment) * alignment;
    }

    /** Returns the structure, for reading what a function wrote. */
    public MemorySegment segment() {
        return memory.asSlice(0, bytes());
    }
}
