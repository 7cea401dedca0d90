/**
 * Graphs: what a step of a model computes, independent of the device. {@link dev.runtime.api.graph.Op} and the families that extend it
 * list the operators with their formulas, {@link dev.runtime.api.graph.GraphBuilder} puts them together with checked shapes.
 */
package dev.runtime.api.graph;
