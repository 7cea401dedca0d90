package dev.runtime.api.model;

import dev.runtime.api.Extension;
import dev.runtime.api.Stable;
import java.io.IOException;
import java.nio.file.Path;

/** Opens weight files of one format. */
@Stable
public interface ModelFormat extends Extension {
    /** Returns the format's short name, lower case. */
    String name();

    /**
     * Tells from the first bytes (or, for a folder, from its files) whether {@link #open} is the right call. A damaged
     * file of this format is accepted here, so that opening it gives the reason.
     */
    boolean accepts(Path fileOrFolder) throws IOException;

    /**
     * Maps a model.
     *
     * <p>Every length, count and offset is checked against the file before it is used or anything is allocated for it.
     *
     * @return closed by the caller
     * @throws dev.runtime.api.RuntimeFailure with {@code model.file_invalid} and what is wrong where, or with
     *     {@code model.unsupported} for a version or tensor type that is not known
     * @throws IOException if reading fails
     */
    ModelFile open(Path fileOrFolder) throws IOException;
}
