package dev.runtime.api.model;

import dev.runtime.api.Experimental;
import dev.runtime.api.source.TransferEvent;

/** How far the making of a model is. */
@Experimental
public sealed interface CreateEvent {
    /**
     * The base is not in the store and is pulled.
     *
     * @param step how far that is; {@code DONE} is left out, as the making goes on
     */
    record Pulling(TransferEvent step) implements CreateEvent {}

    /**
     * A weight file is looked at.
     *
     * @param format its format's name
     */
    record Reading(String format) implements CreateEvent {}

    /**
     * Weights of another format are converted.
     *
     * @param completed bytes that are done
     * @param total all bytes
     */
    record Converting(long completed, long total) implements CreateEvent {}

    /**
     * Weights are quantised.
     *
     * @param from the level they have
     * @param to the level they get
     * @param completed bytes that are done
     * @param total all bytes
     */
    record Quantizing(String from, String to, long completed, long total) implements CreateEvent {}

    /** What was written is read again. */
    record Verifying() implements CreateEvent {}

    /**
     * A part is in the store.
     *
     * @param digest {@code sha256:} and 64 hex digits
     * @param isNew whether it was not there before
     */
    record Part(String digest, boolean isNew) implements CreateEvent {}

    /**
     * The weights' own chat template is one of a known family, whose template and stop texts the model gets.
     *
     * @param name the family
     */
    record TemplateFound(String name) implements CreateEvent {}

    /** The manifest is written. */
    record Storing() implements CreateEvent {}

    /** The model is there. */
    record Done() implements CreateEvent {}
}
