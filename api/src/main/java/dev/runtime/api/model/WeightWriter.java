package dev.runtime.api.model;

import dev.runtime.api.Cancellation;
import dev.runtime.api.Experimental;
import dev.runtime.api.Extension;
import java.io.IOException;
import java.nio.channels.WritableByteChannel;
import java.util.List;
import java.util.Optional;

/**
 * Writes open models as weight files of one format, quantising the weights on the way if asked. This is how folders, shards and
 * other formats become one file of the store.
 */
@Experimental
public interface WeightWriter extends Extension {
    /** Returns the name of the format that is written, as {@link ModelFormat#name()}. */
    String format();

    /** Returns the levels that weights can be brought to, as users see them, such as {@code Q4_K_M}; unquantised ones too. */
    List<String> levels();

    /** Returns the level that a user's spelling means, whatever its letter case or alias; nothing if there is none. */
    Optional<String> level(String spelling);

    /** Returns the level that most weights of a model have, such as {@code F16}. */
    String levelOf(ModelFile model);

    /**
     * Writes a model. Memory is bounded by a few tensors; the work of quantising is spread over the machine's cores.
     *
     * @param source stays open and is not changed
     * @param level one of {@link #levels()}; without it all tensors keep their types
     * @param target takes the whole file, from its first byte to its last; not closed
     * @param progress told after every part, on the calling thread
     * @throws dev.runtime.api.RuntimeFailure with {@code model.unsupported} if the source's weights cannot be brought to the level,
     *     with {@code request.cancelled}
     * @throws IOException if the target fails
     */
    void write(ModelFile source, Optional<String> level, WritableByteChannel target, Progress progress, Cancellation cancellation)
            throws IOException;

    /** Told how far the writing is. */
    @FunctionalInterface
    interface Progress {
        /**
         * Takes the state.
         *
         * @param completed bytes of the source that are done
         * @param total bytes of the source's tensors
         */
        void at(long completed, long total);
    }
}
