package dev.runtime.backend.cpu.ops;

import dev.runtime.api.backend.StepInputs;
import dev.runtime.api.graph.Rows;
import dev.runtime.backend.cpu.cache.CpuKvCache;
import dev.runtime.backend.cpu.kernels.Kernels;
import dev.runtime.backend.cpu.kernels.Matrix;
import dev.runtime.backend.cpu.kernels.RowBuffers;
import dev.runtime.backend.cpu.threads.Work;
import dev.runtime.backend.cpu.threads.WorkerPool;

/** What the steps of one program share: kernels, threads, working memory, and the inputs of the running step. */
public final class Frame {
    private final Kernels kernels;
    private final WorkerPool pool;
    private final int threads;
    private final RowBuffers buffers;
    private long prepared;
    private long scratch;
    private long scratchBytes;
    private StepInputs inputs;
    private CpuKvCache cache;
    private Products last;

    /** Creates a frame without memory. */
    public Frame(Kernels kernels, WorkerPool pool, int threads, RowBuffers buffers) {
        this.kernels = kernels;
        this.pool = pool;
        this.threads = threads;
        this.buffers = buffers;
    }

    /** Sets the memory for prepared inputs, and the scratch of all slots. */
    public void memory(long preparedInputs, long scratchOfSlots, long bytesOfSlot) {
        prepared = preparedInputs;
        scratch = scratchOfSlots;
        scratchBytes = bytesOfSlot;
    }

    /** Sets the inputs of a step. */
    public void begin(StepInputs step, CpuKvCache kvCache) {
        inputs = step;
        cache = kvCache;
    }

    /** Returns the kernels. */
    public Kernels kernels() {
        return kernels;
    }

    /** Returns the inputs of the step. */
    public StepInputs inputs() {
        return inputs;
    }

    /** Returns the cache of the step. */
    public CpuKvCache cache() {
        return cache;
    }

    /** Returns the memory for the prepared input of one product. */
    public long prepared() {
        return prepared;
    }

    /** Returns the scratch of a thread. */
    public long scratch(int slot) {
        return scratch + slot * scratchBytes;
    }

    /** Returns a matrix to multiply rows of: itself, or what was read of it. */
    public Matrix rows(Matrix weight, int from, int to, int slot) {
        return buffers.rows(weight, from, to, slot);
    }

    /** Returns the number of rows of this step. */
    public int rows(Rows rows) {
        return switch (rows) {
            case TOKENS -> inputs.tokens();
            case OUTPUTS -> inputs.outputs();
            case SEQUENCES -> inputs.sequences();
        };
    }

    /** Returns the token that a row is about; of a sequence, its first. */
    public int token(Rows rows, int row) {
        return switch (rows) {
            case TOKENS -> row;
            case OUTPUTS -> inputs.outputRow(row);
            case SEQUENCES -> inputs.firstToken(row);
        };
    }

    /** Returns the most threads that work on a step. */
    int threads() {
        return threads;
    }

    /** Returns the chunk with which a thread begins. */
    int firstChunk(int chunks, int slot) {
        return WorkerPool.firstChunk(chunks, slot, threads);
    }

    /** Runs chunks on the threads of the program. */
    public void parallel(Work work, int chunks) {
        pool.run(work, chunks, threads);
    }

    /** Runs those of products. They are likely to come after the same ones the next time too: threads without work fetch what came next. */
    void parallel(Products products, Work work, int chunks) {
        if (last != null) {
            last.next(products);
        }
        last = products;
        pool.run(work, chunks, threads, products.ahead());
    }

    /** Runs chunks on this thread. */
    public void serial(Work work, int chunks) {
        for (int i = 0; i < chunks; i++) {
            work.run(i, 0);
        }
    }
}
