package dev.runtime.backend.cuda.ops;

/**
 * How a product chooses among the matrices of a stack. A pair is a row with one of its matrices; results are {@code [pairs, rows of a matrix]}.
 *
 * @param route address of the result of the choice, 0 if matrices take turns
 * @param used matrices a row
 * @param shared whether all pairs of a row read its one input; otherwise inputs are pairs too
 * @param scaled whether results are multiplied by the chosen matrix's weight
 * @param matrices of the stack
 * @param order address of the pairs sorted by matrix
 * @param tiles address of the tiles of the sorted pairs
 */
record Routed(long route, int used, boolean shared, boolean scaled, int matrices, long order, long tiles) {
    /** One matrix for all. */
    static final Routed NONE = new Routed(0, 1, true, false, 1, 0, 0);

    /** Returns the most tiles that pairs can make. */
    int mostTiles(int pairs) {
        return Math.min(pairs, pairs / Product.TILE + matrices);
    }
}
