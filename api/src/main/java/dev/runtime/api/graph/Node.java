package dev.runtime.api.graph;

import dev.runtime.api.Stable;

/**
 * One step of a graph.
 *
 * @param op the operator
 * @param output its result
 * @param name a name for traces, such as {@code attn_norm-0}; empty if none
 */
@Stable
public record Node(Op op, Value output, String name) {}
