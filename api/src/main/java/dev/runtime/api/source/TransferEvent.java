package dev.runtime.api.source;

import dev.runtime.api.Experimental;

/** How far a transfer of a model is. */
@Experimental
public sealed interface TransferEvent {
    /** Steps of a transfer, in the order of their beginning; those in between that do not apply are left out. */
    enum Stage {
        /** The manifest is read: where the model comes from. */
        READING_MANIFEST,
        /** All parts have arrived, and are compared with their digests. */
        VERIFYING,
        /** The manifest is written: where the model goes. */
        WRITING_MANIFEST,
        /** What only the model's predecessor needed is removed. */
        REMOVING_UNUSED,
        /** Everything is done. */
        DONE
    }

    /** A step has begun. */
    record Reached(Stage stage) implements TransferEvent {}

    /**
     * A part of the model moves, between {@code READING_MANIFEST} and what comes next: one part after the other, each at least once.
     *
     * @param digest the part, {@code sha256:} and 64 hex digits
     * @param total its bytes
     * @param completed bytes that are there; also those of an earlier try
     */
    record Moved(String digest, long total, long completed) implements TransferEvent {}
}
