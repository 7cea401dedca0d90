package dev.runtime.plugin.tokenizers;

import java.util.Arrays;

/** A trie over byte strings in flat arrays: first child and next sibling of each node. Filled by one thread, then read by many. */
final class ByteTrie {
    static final int ROOT = 0;
    private static final int NONE = -1;

    private byte[] labels = new byte[1024];
    private int[] children = new int[1024]; // 0: none, since the root is no child
    private int[] siblings = new int[1024];
    private int[] values = new int[1024];
    private final int[] first = new int[256]; // the root's children
    private int size = 1;

    ByteTrie() {
        values[ROOT] = NONE;
    }

    /** Adds a key unless it is there. */
    void putIfAbsent(byte[] key, int value) {
        int node = ROOT;
        for (byte b : key) {
            int next = child(node, b);
            node = next == NONE ? add(node, b) : next;
        }
        values[node] = values[node] == NONE ? value : values[node];
    }

    /** Returns the node after one more byte, -1 if no key goes on so. */
    int child(int node, byte label) {
        int next = node == ROOT ? first[label & 0xFF] : children[node];
        while (next != 0 && labels[next] != label) {
            next = siblings[next];
        }
        return next == 0 ? NONE : next;
    }

    /** Returns the value of the key that ends at a node, -1 if none does. */
    int value(int node) {
        return values[node];
    }

    private int add(int parent, byte label) {
        if (size == labels.length) {
            int capacity = Math.multiplyExact(size, 2);
            labels = Arrays.copyOf(labels, capacity);
            children = Arrays.copyOf(children, capacity);
            siblings = Arrays.copyOf(siblings, capacity);
            values = Arrays.copyOf(values, capacity);
        }
        int node = size++;
        labels[node] = label;
        values[node] = NONE;
        if (parent == ROOT) {
            first[label & 0xFF] = node;
        } else {
            siblings[node] = children[parent];
            children[parent] = node;
        }
        return node;
    }
}
