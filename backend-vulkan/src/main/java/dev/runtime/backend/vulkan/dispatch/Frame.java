package dev.runtime.backend.vulkan.dispatch;

/** What the parts of a program share: the address of the step's inputs, the device's lanes, and the cache that commands are made for. */
public final class Frame {
    private final long step;
    private final int lanes;
    private final int columns;
    private CacheView cache;

    /** Creates a frame of a program; {@code columns} is how many columns of a product go together. */
    public Frame(long step, int lanes, int columns) {
        this.columns = columns;
        this.step = step;
        this.lanes = lanes;
    }

    /** Sets the cache of the commands that are made next. */
    public void cache(CacheView next) {
        cache = next;
    }

    long step() {
        return step;
    }

    int lanes() {
        return lanes;
    }

    int columns() {
        return columns;
    }

    CacheView cache() {
        return cache;
    }

    /** Returns the workgroups for elements, a lane for so many of each. */
    int groups(long elements, int each) {
        return Math.toIntExact(Math.ceilDiv(elements, (long) lanes * each));
    }
}
