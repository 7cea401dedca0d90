package dev.runtime.plugin.tokenizers;

import java.util.Arrays;

/** A binary heap of longs, the smallest first. */
final class LongHeap {
    private long[] entries = new long[128];
    private int size;

    void clear() {
        size = 0;
    }

    boolean isEmpty() {
        return size == 0;
    }

    void push(long entry) {
        if (size == entries.length) {
            entries = Arrays.copyOf(entries, size * 2);
        }
        int i = size++;
        while (i > 0 && entries[(i - 1) >>> 1] > entry) {
            entries[i] = entries[(i - 1) >>> 1];
            i = (i - 1) >>> 1;
        }
        entries[i] = entry;
    }

    long pop() {
        long top = entries[0];
        long last = entries[--size];
        int i = 0;
        while (2 * i + 1 < size) {
            int child = 2 * i + 1;
            if (child + 1 < size && entries[child + 1] < entries[child]) {
                child++;
            }
            if (entries[child] >= last) {
                break;
            }
            entries[i] = entries[child];
            i = child;
        }
        entries[i] = last;
        return top;
    }
}
