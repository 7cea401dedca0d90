package dev.runtime.backend.cuda.ops;

import dev.runtime.api.backend.CompileOptions;
import dev.runtime.api.graph.Rows;
import dev.runtime.backend.cuda.ffi.Context;
import dev.runtime.backend.cuda.ffi.Launch;
import dev.runtime.backend.cuda.memory.CudaKvCache;
import java.lang.foreign.Arena;

/** What the steps of one program share: the device, a stream, the limits, and the running step's sizes and places. */
public final class Frame {
    /** Threads of a block of kernels that treat elements on their own. */
    static final int THREADS = 256;

    private final Context context;
    private final Arena arena;
    private final CompileOptions limits;
    private final long stream;
    private final Tuning tuning;
    private int tokens;
    private int outputs;
    private int sequences;
    private int longest;
    private long step;
    private long rows;
    private int rowWidth;
    private boolean spanned;
    private CudaKvCache cache;

    /** Creates a frame; the arena owns the arguments of kernels. */
    public Frame(Context context, Arena arena, CompileOptions limits, long stream, Tuning tuning) {
        this.context = context;
        this.arena = arena;
        this.limits = limits;
        this.stream = stream;
        this.tuning = tuning;
    }

    /**
     * Sets the sizes of a step.
     *
     * @param visible at least as many positions as any token sees
     */
    public void sizes(int tokenCount, int outputCount, int sequenceCount, int visible) {
        tokens = tokenCount;
        outputs = outputCount;
        sequences = sequenceCount;
        longest = visible;
    }

    /**
     * Sets the places of a step.
     *
     * @param inputs address of the packed inputs
     * @param embeddings address of rows that take the place of tokens
     * @param embeddingWidth elements of such a row, 0 if there are none
     */
    public void places(long inputs, long embeddings, int embeddingWidth, CudaKvCache kvCache) {
        step = inputs;
        rows = embeddings;
        rowWidth = embeddingWidth;
        cache = kvCache;
    }

    /** Says whether tokens of the step see later positions of their span. */
    public void spans(boolean any) {
        spanned = any;
    }

    /** Tells whether tokens of the step see later positions of their span. */
    boolean spans() {
        return spanned;
    }

    /** Prepares a call of a kernel. */
    Launch launch(String file, String kernel, int threads, int shared, long... arguments) {
        return new Launch(context, arena, file, kernel, threads, shared, arguments);
    }

    Tuning tuning() {
        return tuning;
    }

    /** Returns the arena that lives as long as the program. */
    Arena arena() {
        return arena;
    }

    CompileOptions limits() {
        return limits;
    }

    /** Returns the stream of all work. */
    public long stream() {
        return stream;
    }

    /** Returns the address of the step's inputs. */
    long step() {
        return step;
    }

    /** Returns the address of the rows of embedded tokens. */
    long embeddings() {
        return rows;
    }

    /** Returns the elements of a row of embedded tokens, 0 if there are none. */
    int embeddingWidth() {
        return rowWidth;
    }

    /** Returns the cache of the step. */
    CudaKvCache cache() {
        return cache;
    }

    /** Returns a bound of the positions that a token of the step sees. */
    int longest() {
        return longest;
    }

    /** Returns the number of rows of this step. */
    public int rows(Rows kind) {
        return switch (kind) {
            case TOKENS -> tokens;
            case OUTPUTS -> outputs;
            case SEQUENCES -> sequences;
        };
    }

    /** Returns the most rows of a step. */
    int most(Rows kind) {
        return mostRows(limits, kind);
    }

    /** Returns the most rows of a step within limits. */
    public static int mostRows(CompileOptions limits, Rows kind) {
        return switch (kind) {
            case TOKENS -> limits.maxTokens();
            case OUTPUTS -> limits.maxOutputs();
            case SEQUENCES -> limits.maxSequences();
        };
    }

    /** Returns the number by which kernels know what rows are. */
    static int kind(Rows rows) {
        return rows.ordinal();
    }

    /** Returns the blocks of {@link #THREADS} for an element each. */
    static long blocks(long elements) {
        return (elements + THREADS - 1) / THREADS;
    }
}
