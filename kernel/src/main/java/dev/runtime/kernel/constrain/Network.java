package dev.runtime.kernel.constrain;

/**
 * A grammar as nodes and edges. A procedure runs from its first node to an end node; edges take a byte, nothing, or call a procedure a
 * number of times through a site. Immutable once built; read by one automaton.
 *
 * @param start the first node of the root
 * @param firstEdge by node its first edge, -1 for none
 * @param nextEdge by edge the next one of its node, -1 for none
 * @param low by edge the lowest byte it takes, {@link #FREE} or {@link #CALL}
 * @param high by edge the highest byte
 * @param target by edge the node after it, for a call the site
 * @param end by node whether a procedure ends there
 * @param need by node the frames that the shortest way to its procedure's end stacks up, {@link #NEVER} if there is none
 * @param body by site the procedure's first node
 * @param exit by site the node after the calls
 * @param min by site the fewest calls in a row
 * @param max by site the most calls in a row, {@link Expression#UNLIMITED} for any number
 */
record Network(int start, int[] firstEdge, int[] nextEdge, int[] low, int[] high, int[] target, boolean[] end, int[] need, int[] body,
        int[] exit, int[] min, int[] max) {
    static final int FREE = -1;
    static final int CALL = -2;
    static final int NEVER = Integer.MAX_VALUE;

    /** Frames that a stack may have; what would need more cannot begin. */
    static final int MOST_DEPTH = 400;

    /** Tells whether nothing is left to do after a site, so that its caller's frame will do for the procedure. */
    boolean tail(int site) {
        return min[site] == 1 && max[site] == 1 && end[exit[site]];
    }

    int nodes() {
        return firstEdge.length;
    }
}
