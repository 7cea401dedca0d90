package dev.runtime.plugin.tokenizers;

import java.util.Arrays;

/** A growing list of ints. */
final class IntList {
    private int[] values = new int[64];
    private int size;

    void add(int value) {
        if (size == values.length) {
            values = Arrays.copyOf(values, size * 2);
        }
        values[size++] = value;
    }

    int size() {
        return size;
    }

    void shorten(int to) {
        size = to;
    }

    int[] copy(int from) {
        return Arrays.copyOfRange(values, from, size);
    }

    void addAll(int[] more) {
        for (int value : more) {
            add(value);
        }
    }
}
