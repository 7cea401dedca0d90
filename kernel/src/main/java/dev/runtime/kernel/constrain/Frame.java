package dev.runtime.kernel.constrain;

/**
 * A stack, by its top: a call that is under way and the frames below. Equal stacks are the same object, so ids tell them apart.
 *
 * @param id its number
 * @param site where the call was made
 * @param count calls of the site that are over
 * @param parent the frames below
 * @param depth the number of frames
 */
record Frame(int id, int site, int count, Frame parent, int depth) {
    /** The empty stack. */
    static final Frame ROOT = new Frame(0, -1, 0, null, 0);

    @Override
    public boolean equals(Object other) {
        return this == other;
    }

    @Override
    public int hashCode() {
        return id;
    }
}
