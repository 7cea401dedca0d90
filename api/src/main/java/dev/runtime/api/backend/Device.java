package dev.runtime.api.backend;

import dev.runtime.api.Stable;
import dev.runtime.api.graph.CacheLayout;
import dev.runtime.api.graph.Graph;
import java.util.List;

/** One device: memory apart from execution. Safe for use by many threads. */
@Stable
public interface Device {
    /** Returns the device's facts. */
    DeviceInfo info();

    /** Returns the bytes that can be allocated now. */
    long freeBytes();

    /** Returns the operators of a graph that this device cannot run, each with the reason; empty if it can run all. */
    List<Unsupported> unsupported(Graph graph);

    /**
     * Prepares a graph for many runs: uploads or re-lays-out weights where that pays and allocates all working memory.
     *
     * @param weights stays open as long as the program
     * @return closed by the caller
     * @throws dev.runtime.api.RuntimeFailure with {@code model.unsupported} if {@link #unsupported} is not empty, with
     *     {@code device.out_of_memory} if memory is short
     */
    Program compile(Graph graph, WeightSource weights, CompileOptions options);

    /**
     * Allocates a cache of KV blocks and state slots, zeroed.
     *
     * @return closed by the caller, after the programs that used it
     * @throws dev.runtime.api.RuntimeFailure with {@code device.out_of_memory} if memory is short
     */
    KvCache cache(CacheLayout layout, CacheOptions options);

    /** Returns the bytes beside the mapped weights that {@link #compile} would take. */
    long workingBytes(Graph graph, CompileOptions options);

    /**
     * (optional) Tells whether programs do what images need: {@link dev.runtime.api.graph.RowOp.Input}, {@link
     * dev.runtime.api.graph.RowOp.SelectRuns}, rotations with axes, and spans of tokens that see each other. The default is false; image
     * encoders and models that see images run elsewhere then.
     */
    default boolean images() {
        return false;
    }

    /**
     * (optional) Allocates plain memory for use across programs, such as a hidden state that is copied between devices.
     * The default fails with {@link UnsupportedOperationException}.
     *
     * @return closed by the caller
     */
    default DeviceMemory allocate(long bytes, DeviceMemory.Use use) {
        throw new UnsupportedOperationException(info().id() + " has no memory of its own");
    }
}
