package dev.runtime.plugin.tokenizers;

import java.util.Arrays;

/**
 * A map from byte strings to numbers that is asked with ranges of a buffer, so that a lookup allocates nothing. All keys lie in one array.
 * Filled by one thread, then read by many.
 */
final class ByteStringTable {
    private static final int ABSENT = -1;

    private byte[] keys;
    private int[] ends; // end of key i in keys; it starts where key i - 1 ends
    private int[] values;
    private int[] slots; // key number + 1, 0 if free; the length is a power of two
    private int size;
    private int longest;

    ByteStringTable(int expected) {
        int capacity = Math.max(16, expected);
        keys = new byte[capacity * 8];
        ends = new int[capacity];
        values = new int[capacity];
        slots = new int[Integer.highestOneBit(capacity) * 4];
    }

    int size() {
        return size;
    }

    /** Returns the length of the longest key. */
    int longest() {
        return longest;
    }

    /** Adds a key unless it is there; returns the value that it has now. */
    int putIfAbsent(byte[] source, int from, int to, int value) {
        int slot = slot(source, from, to);
        if (slots[slot] != 0) {
            return values[slots[slot] - 1];
        }
        int start = size == 0 ? 0 : ends[size - 1];
        int end = Math.addExact(start, to - from);
        if (end > keys.length) {
            keys = Arrays.copyOf(keys, Math.max(end, keys.length + (keys.length >> 1)));
        }
        if (size == ends.length) {
            ends = Arrays.copyOf(ends, size * 2);
            values = Arrays.copyOf(values, size * 2);
        }
        System.arraycopy(source, from, keys, start, to - from);
        ends[size] = end;
        values[size] = value;
        slots[slot] = ++size;
        longest = Math.max(longest, to - from);
        if (size * 2 > slots.length) {
            grow();
        }
        return value;
    }

    /** Returns the value of the key that equals a range, -1 if there is none. */
    int find(byte[] source, int from, int to) {
        if (to - from > longest) {
            return ABSENT;
        }
        int key = slots[slot(source, from, to)];
        return key == 0 ? ABSENT : values[key - 1];
    }

    private int slot(byte[] source, int from, int to) {
        int mask = slots.length - 1;
        int slot = hash(source, from, to) & mask;
        while (slots[slot] != 0 && !equals(slots[slot] - 1, source, from, to)) {
            slot = (slot + 1) & mask;
        }
        return slot;
    }

    private boolean equals(int key, byte[] source, int from, int to) {
        int start = key == 0 ? 0 : ends[key - 1];
        return Arrays.equals(keys, start, ends[key], source, from, to);
    }

    private void grow() {
        slots = new int[slots.length * 2];
        int mask = slots.length - 1;
        int start = 0;
        for (int i = 0; i < size; i++) {
            int slot = hash(keys, start, ends[i]) & mask;
            while (slots[slot] != 0) {
                slot = (slot + 1) & mask;
            }
            slots[slot] = i + 1;
            start = ends[i];
        }
    }

    static int hash(byte[] source, int from, int to) {
        int h = to - from;
        for (int i = from; i < to; i++) {
            h = (h ^ source[i]) * 0x01000193;
            h ^= h >>> 15;
        }
        h *= 0x9E3779B1;
        return h ^ h >>> 16;
    }
}
