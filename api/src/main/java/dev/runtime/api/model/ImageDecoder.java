package dev.runtime.api.model;

import dev.runtime.api.Extension;
import dev.runtime.api.Stable;

/** Turns files of pictures into pixels. Safe for use by many threads. */
@Stable
public interface ImageDecoder extends Extension {
    /** Tells from the first bytes whether {@link #decode} is the right call. */
    boolean accepts(byte[] file);

    /**
     * Decodes the (first) picture as it is stored, transparent parts over white.
     *
     * <p>The sizes that the file claims are checked before anything is allocated for them.
     *
     * @throws dev.runtime.api.RuntimeFailure with {@code request.invalid} and the reason, if the file is damaged or its picture too large
     */
    Pixels decode(byte[] file);
}
