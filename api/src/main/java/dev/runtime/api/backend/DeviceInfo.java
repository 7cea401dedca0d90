package dev.runtime.api.backend;

import dev.runtime.api.Stable;
import java.util.List;

/**
 * Facts of a device.
 *
 * @param id unique in the runtime, such as {@code cpu} or {@code x:0}
 * @param name for people
 * @param kind what it is
 * @param unifiedMemory whether it reads the host's memory at full speed, so that weights stay in the mapped file
 * @param totalBytes its memory
 * @param features instruction sets or capabilities in use, for logs
 */
@Stable
public record DeviceInfo(String id, String name, Kind kind, boolean unifiedMemory, long totalBytes, List<String> features) {
    /** What a device is. */
    public enum Kind {
        /** The host's processor. */
        CPU,
        /** A card with memory of its own. */
        DISCRETE_GPU,
        /** A GPU that shares the host's memory. */
        INTEGRATED_GPU,
        /** Anything else. */
        OTHER
    }

    /** Copies the list. */
    public DeviceInfo {
        features = List.copyOf(features);
    }
}
