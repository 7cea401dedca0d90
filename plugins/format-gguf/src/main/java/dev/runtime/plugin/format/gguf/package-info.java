/**
 * GGUF files, versions 2 and 3, little-endian.
 *
 * <p>A file comes from strangers. Three walls stand between its numbers and memory: {@code GgufCursor} compares every length and count with
 * what is left of the header before anything is read or allocated, {@code GgufHeader} has limits of its own for what a header may make us
 * allocate ({@code GgufLimits}), and the tensors' ranges are checked against the file's length before a segment of the mapping is cut, with
 * arithmetic that cannot wrap. The segments themselves stay bounds-checked.
 */
package dev.runtime.plugin.format.gguf;
