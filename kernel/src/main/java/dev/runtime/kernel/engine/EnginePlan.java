package dev.runtime.kernel.engine;

import dev.runtime.api.backend.CacheOptions;
import dev.runtime.api.backend.CompileOptions;
import dev.runtime.api.backend.Device;
import dev.runtime.api.graph.Graph;
import dev.runtime.kernel.placement.Placement;
import java.util.Optional;

/**
 * Where and how a model will run.
 *
 * @param placement which device runs which part of the graph; usually one device all of it
 * @param graph what a step computes
 * @param limits the largest step
 * @param cache size and type of the KV cache
 * @param cacheBytes what the KV cache will take
 * @param workingBytes what the program will take beside the mapped weights
 * @param generates whether the graph gives logits; otherwise embeddings
 * @param encoder what reads prompts, in a model whose output is not the prompt's continuation
 */
record EnginePlan(Placement placement, Graph graph, CompileOptions limits, CacheOptions cache, long cacheBytes, long workingBytes,
        boolean generates, Optional<Encoder> encoder) {
    /**
     * An encoder, on the device of the rest.
     *
     * @param graph what it computes
     * @param limits the longest prompt, of one sequence
     * @param workingBytes what its program will take beside the mapped weights
     * @param start the token that the output begins with
     */
    record Encoder(Graph graph, CompileOptions limits, long workingBytes, int start) {}

    /** Positions of a KV block. */
    static final int BLOCK_TOKENS = 32;

    /** Returns the device of the last layers, which is the best one. */
    Device device() {
        return placement.shares().getLast().device();
    }

    /** Returns the positions of a sequence. */
    int contextLength() {
        return limits.contextLength();
    }

    /** Returns the sequences of a step. */
    int parallel() {
        return limits.maxSequences();
    }

    /** Returns the bytes to be allocated. */
    long bytes() {
        return Math.addExact(Math.addExact(cacheBytes, workingBytes), encoder.map(Encoder::workingBytes).orElse(0L));
    }
}
