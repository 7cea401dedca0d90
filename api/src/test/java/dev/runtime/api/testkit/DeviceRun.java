package dev.runtime.api.testkit;

import dev.runtime.api.backend.CacheMove;
import dev.runtime.api.backend.CacheOptions;
import dev.runtime.api.backend.CompileOptions;
import dev.runtime.api.backend.Device;
import dev.runtime.api.backend.KvCache;
import dev.runtime.api.backend.Program;
import dev.runtime.api.backend.StepInputs;
import dev.runtime.api.backend.WeightSource;
import dev.runtime.api.graph.Graph;
import dev.runtime.api.graph.Value;
import dev.runtime.api.model.TensorType;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** A compiled graph with a cache, for tests; sequences are filled step by step. */
public final class DeviceRun implements AutoCloseable {
    /** Positions of a block. */
    public static final int BLOCK = 8;

    private static final int BLOCKS = 64;

    private final Graph graph;
    private final Program program;
    private final KvCache cache;
    private final StepInputs inputs;

    /** Compiles with room for small tests. */
    public DeviceRun(Device device, Graph graph, WeightSource weights, TensorType kvType) {
        this.graph = graph;
        CompileOptions limits = new CompileOptions(128, 128, 8, 256, 0);
        inputs = new StepInputs(limits);
        cache = device.cache(graph.cacheLayout(), new CacheOptions(BLOCKS, BLOCK, 8, kvType, kvType));
        try {
            program = device.compile(graph, weights, limits);
        } catch (RuntimeException | Error e) {
            cache.close();
            throw e;
        }
    }

    /** Returns the cache. */
    public KvCache cache() {
        return cache;
    }

    /** Returns the inputs; to be cleared and filled before {@link #run}. */
    public StepInputs inputs() {
        return inputs;
    }

    /** Starts a step of one sequence with all results wanted. */
    public DeviceRun sequence(int[] table, int slot, int firstPosition, int... ids) {
        inputs.beginSequence(table, slot);
        for (int i = 0; i < ids.length; i++) {
            inputs.addToken(ids[i], firstPosition + i, true);
        }
        return this;
    }

    /** Says what an encoder has filled of the latest sequence. */
    public DeviceRun encoded(int positions) {
        inputs.encoded(positions);
        return this;
    }

    /** Gives the rows that tokens with negative ids take. */
    public DeviceRun rows(float[] matrix) {
        inputs.embeddings(MemorySegment.ofArray(matrix));
        return this;
    }

    /** Runs the step, empties the inputs and returns a result. */
    public float[] run(String output) {
        program.run(inputs, cache);
        Value value = graph.output(output);
        int rows = switch (value.rows()) {
            case TOKENS -> inputs.tokens();
            case OUTPUTS -> inputs.outputs();
            case SEQUENCES -> inputs.sequences();
        };
        inputs.clear();
        return program.output(output).asSlice(0, 4L * rows * value.width()).toArray(ValueLayout.JAVA_FLOAT);
    }

    /** Moves cached positions; tells whether the device does that. */
    public boolean move(CacheMove move) {
        return program.move(move, cache);
    }

    @Override
    public void close() {
        program.close();
        cache.close();
    }
}
