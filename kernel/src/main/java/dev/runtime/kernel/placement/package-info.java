/**
 * A model over several devices: its graph is cut where few values cross, each part runs on one device, and the values that cross are copied
 * between them. {@link dev.runtime.kernel.placement.GraphCut} finds the places, {@link dev.runtime.kernel.placement.SplitProgram} runs the
 * parts one after the other.
 */
package dev.runtime.kernel.placement;
