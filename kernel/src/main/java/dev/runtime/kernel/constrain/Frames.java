package dev.runtime.kernel.constrain;

import java.util.HashMap;
import java.util.Map;

/** Makes stacks, equal ones once. For one thread. */
final class Frames {
    private final Map<Key, Frame> known = new HashMap<>();
    private int nextId = 1;

    private record Key(int site, int count, int parent) {}

    Frame of(int site, int count, Frame parent) {
        return known.computeIfAbsent(new Key(site, count, parent.id()),
                _ -> new Frame(nextId++, site, count, parent, parent.depth() + 1));
    }

    /** Forgets all stacks; ids are not used again, so stacks of states that still are in use differ from new ones. */
    void forget() {
        known.clear();
    }
}
