package dev.runtime.api.backend;

import dev.runtime.api.Stable;
import dev.runtime.api.graph.Node;

/**
 * A node that a device cannot run.
 *
 * @param node the node
 * @param reason why, for people
 */
@Stable
public record Unsupported(Node node, String reason) {}
