package dev.runtime.api.backend;

import dev.runtime.api.Stable;
import java.lang.foreign.MemorySegment;

/**
 * The batch of one step: tokens of many sequences, prefill chunks beside single decode tokens.
 *
 * <p>Mutable and made for reuse: the engine allocates one and fills it for every step, without garbage. The tokens of a
 * sequence stand together, in the order of their positions. For one thread at a time.
 */
@Stable
public final class StepInputs {
    private final int[] ids;
    private final int[] positions;
    private final int[] sequenceOf;
    private final int[] outputRows;
    private final int[] firstToken;
    private final int[] tokenCount;
    private final int[] stateSlots;
    private final int[][] blockTables;
    private final int[] axes;
    private final int[] spanFirst;
    private final int[] spanLast;
    private final int[] encoded;
    private int tokens;
    private int sequences;
    private int outputs;
    private MemorySegment rows = MemorySegment.NULL;
    private int rowWidth;

    /** The number of {@link #axis axes} of a token. */
    public static final int AXES = 3;

    /** Allocates for the largest step. */
    public StepInputs(CompileOptions limits) {
        ids = new int[limits.maxTokens()];
        positions = new int[limits.maxTokens()];
        sequenceOf = new int[limits.maxTokens()];
        axes = new int[Math.multiplyExact(AXES, limits.maxTokens())];
        spanFirst = new int[limits.maxTokens()];
        spanLast = new int[limits.maxTokens()];
        outputRows = new int[limits.maxOutputs()];
        firstToken = new int[limits.maxSequences()];
        tokenCount = new int[limits.maxSequences()];
        stateSlots = new int[limits.maxSequences()];
        encoded = new int[limits.maxSequences()];
        blockTables = new int[limits.maxSequences()][];
    }

    /** Empties the step. */
    public void clear() {
        tokens = 0;
        sequences = 0;
        outputs = 0;
        rows = MemorySegment.NULL;
        rowWidth = 0;
    }

    /**
     * Begins the next sequence; tokens added from now on are its.
     *
     * @param blockTable the block of each run of {@code blockTokens} positions; read during the run, not copied
     * @param stateSlot the slot of its recurrent state, -1 if the model has none
     */
    public void beginSequence(int[] blockTable, int stateSlot) {
        blockTables[sequences] = blockTable;
        stateSlots[sequences] = stateSlot;
        firstToken[sequences] = tokens;
        tokenCount[sequences] = 0;
        encoded[sequences] = 0;
        sequences++;
    }

    /**
     * Says how many positions of the current sequence an encoder has filled, which {@link dev.runtime.api.graph.AttentionSpec#cross} sees. The
     * default is none.
     */
    public void encoded(int positions) {
        encoded[sequences - 1] = positions;
    }

    /** Adds a token of the current sequence; {@code wanted} asks for its result. */
    public void addToken(int id, int position, boolean wanted) {
        ids[tokens] = id;
        positions[tokens] = position;
        sequenceOf[tokens] = sequences - 1;
        spanFirst[tokens] = position;
        spanLast[tokens] = position;
        for (int axis = 0; axis < AXES; axis++) {
            axes[AXES * tokens + axis] = position;
        }
        tokenCount[sequences - 1]++;
        if (wanted) {
            outputRows[outputs++] = tokens;
        }
        tokens++;
    }

    /**
     * Says where the latest token is in an image: what rotations with {@link dev.runtime.api.graph.RopeSpec.Axes axes} turn by. The default
     * of each axis is the position.
     */
    public void axes(int first, int second, int third) {
        axes[AXES * tokens - 3] = first;
        axes[AXES * tokens - 2] = second;
        axes[AXES * tokens - 1] = third;
    }

    /**
     * Says which positions form a whole with the latest token, itself among them: causal attention lets it see all of them, also later ones.
     * Those that are not in the cache are in this step. The default is the token alone.
     */
    public void span(int first, int last) {
        spanFirst[tokens - 1] = first;
        spanLast[tokens - 1] = last;
    }

    /** Sets the rows of tokens that come as embeddings: a token with id {@code -1 - r} takes row r, F32 {@code [n, width]}. */
    public void embeddings(MemorySegment matrix) {
        embeddings(matrix, 0);
    }

    /**
     * Sets the rows of tokens that come as embeddings, which may be longer than the embeddings: of the rest, {@link
     * dev.runtime.api.graph.RowOp.Input} takes parts.
     *
     * @param width elements of a row, 0 for those of the token embeddings
     */
    public void embeddings(MemorySegment matrix, int width) {
        rows = matrix;
        rowWidth = width;
    }

    /** Returns the number of tokens. */
    public int tokens() {
        return tokens;
    }

    /** Returns the number of sequences. */
    public int sequences() {
        return sequences;
    }

    /** Returns the number of rows asked for. */
    public int outputs() {
        return outputs;
    }

    /** Returns the id of token t, or {@code -1 - r} for row r of {@link #embeddings()}. */
    public int id(int t) {
        return ids[t];
    }

    /** Returns the position of token t in its sequence. */
    public int position(int t) {
        return positions[t];
    }

    /** Returns the sequence of token t. */
    public int sequenceOf(int t) {
        return sequenceOf[t];
    }

    /** Returns the token of output row o. */
    public int outputRow(int o) {
        return outputRows[o];
    }

    /** Returns the first token of sequence s. */
    public int firstToken(int s) {
        return firstToken[s];
    }

    /** Returns the number of tokens of sequence s in this step. */
    public int tokenCount(int s) {
        return tokenCount[s];
    }

    /** Returns the positions of sequence s that an encoder has filled. */
    public int encodedPositions(int s) {
        return encoded[s];
    }

    /** Returns the state slot of sequence s. */
    public int stateSlot(int s) {
        return stateSlots[s];
    }

    /** Returns the block table of sequence s; callers do not write into it. */
    public int[] blockTable(int s) {
        return blockTables[s];
    }

    /** Returns the rows of tokens that come as embeddings. */
    public MemorySegment embeddings() {
        return rows;
    }

    /** Returns the elements of a row of {@link #embeddings()}, 0 for those of the token embeddings. */
    public int embeddingWidth() {
        return rowWidth;
    }

    /** Returns where token t is on an axis. */
    public int axis(int t, int axis) {
        return axes[AXES * t + axis];
    }

    /** Returns the first position of the span of token t. */
    public int spanFirst(int t) {
        return spanFirst[t];
    }

    /** Returns the last position of the span of token t. */
    public int spanLast(int t) {
        return spanLast[t];
    }
}
