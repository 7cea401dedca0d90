package dev.runtime.kernel.constrain;

import java.util.Arrays;

/** Places that were reached in one step, each once, in order: a queue that remembers. For one thread. */
final class Visits {
    private final int most;
    private int[] nodes = new int[64];
    private Frame[] frames = new Frame[64];
    /** Open addressing: 1 + the index of an entry, 0 for none. */
    private int[] table = new int[256];
    private int size;

    Visits(int most) {
        this.most = most;
    }

    void clear() {
        Arrays.fill(table, 0);
        Arrays.fill(frames, 0, size, null);
        size = 0;
    }

    int size() {
        return size;
    }

    int node(int i) {
        return nodes[i];
    }

    Frame frame(int i) {
        return frames[i];
    }

    /** Adds a place unless it is there or there are too many. */
    void add(int node, Frame frame) {
        int slot = slot(node, frame);
        if (table[slot] != 0 || size == most) {
            return;
        }
        if (size == nodes.length) {
            nodes = Arrays.copyOf(nodes, 2 * size);
            frames = Arrays.copyOf(frames, 2 * size);
            table = new int[4 * table.length];
            for (int i = 0; i < size; i++) {
                table[slot(nodes[i], frames[i])] = i + 1;
            }
            slot = slot(node, frame);
        }
        nodes[size] = node;
        frames[size] = frame;
        table[slot] = ++size;
    }

    private int slot(int node, Frame frame) {
        int hash = (node * 31 + frame.id()) * 0x9E3779B9;
        int slot = (hash ^ hash >>> 15) & table.length - 1;
        while (table[slot] != 0 && (nodes[table[slot] - 1] != node || frames[table[slot] - 1] != frame)) {
            slot = slot + 1 & table.length - 1;
        }
        return slot;
    }
}
