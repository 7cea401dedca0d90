package dev.runtime.plugin.output.parsers;

import java.util.Set;

/** The part of a reply from a marker that opens calls on. One object reads one block. */
interface CallBlock {
    /** What {@link #end} returns while the block may go on. */
    int OPEN = -1;

    /**
     * Looks for the block's end in the text after its opening. Is called with ever longer text, and need not look twice.
     *
     * @return the offset after the block, or {@link #OPEN}
     */
    int end(StringBuilder text);

    /**
     * Reads a block.
     *
     * @param text what {@link #end} took, or all there is if the reply ended before
     * @param complete whether the block's end was seen
     */
    Reading read(String text, boolean complete);

    /** (optional) Returns where an unreadable block should have ended, for a block that never did; the default is {@link #OPEN}. */
    default int likelyEnd() {
        return OPEN;
    }

    /** (optional) Returns markers inside of the block that must reach the parser as text; the default is none. */
    default Set<String> markers() {
        return Set.of();
    }

    /** (optional) Tells whether text that cannot be read as calls is usual here and needs no note; the default is no. */
    default boolean doubtful() {
        return false;
    }
}
