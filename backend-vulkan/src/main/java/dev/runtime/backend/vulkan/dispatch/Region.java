package dev.runtime.backend.vulkan.dispatch;

import dev.runtime.api.graph.Rows;

/**
 * A value, or memory for work, on the device: floats {@code [rows, width]}.
 *
 * @param address of the first element
 * @param bytes of the largest step
 * @param rows what a row stands for
 * @param width elements of a row
 */
public record Region(long address, long bytes, Rows rows, int width) {
    /** Tells whether both have memory in common. */
    boolean overlaps(Region other) {
        return address < other.address + other.bytes && other.address < address + bytes;
    }
}
