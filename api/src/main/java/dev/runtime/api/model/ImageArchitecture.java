package dev.runtime.api.model;

import dev.runtime.api.Extension;
import dev.runtime.api.Stable;

/** Turns metadata and tensors of image encoders into graphs, and pixels into their inputs. Stateless. */
@Stable
public interface ImageArchitecture extends Extension {
    /** Tells whether {@link #encoder} is the right call. */
    boolean accepts(Metadata metadata);

    /**
     * Builds an encoder without running anything.
     *
     * @param file stays open as long as the encoder is used; closed by the caller
     * @throws dev.runtime.api.RuntimeFailure as {@link Architecture#build}
     */
    ImageEncoder encoder(ModelFile file);
}
