package dev.runtime.api.backend;

import dev.runtime.api.Experimental;
import dev.runtime.api.Stable;
import java.lang.foreign.MemorySegment;
import java.util.Optional;

/**
 * A compiled graph. For one thread at a time; {@link #run} uses the device's own threads inside and allocates nothing on the
 * Java heap once warm.
 */
@Stable
public interface Program extends AutoCloseable {
    /**
     * Runs one step to its end.
     *
     * @param inputs within the limits of {@link CompileOptions}
     * @param cache of this graph's layout and of the same device
     * @throws dev.runtime.api.RuntimeFailure with {@code device.failed}; the step's cache entries are then undefined
     */
    void run(StepInputs inputs, KvCache cache);

    /**
     * (optional) Gives cached positions other ones without evaluating their tokens again. The default does not; tokens whose positions
     * change are evaluated again then.
     *
     * @param move rotations in it are by the weights of this program
     * @param cache as that of {@link #run}
     * @return whether the rows are there now; if not, or if this fails, what is in the target's rows is undefined
     * @throws dev.runtime.api.RuntimeFailure with {@code device.failed}
     */
    @Experimental
    default boolean move(CacheMove move, KvCache cache) {
        return false;
    }

    /**
     * Returns a result of the last run on the host: F32 {@code [rows, width]}, row-major. Valid until the next run or
     * {@link #close}; the same segment each time, large enough for the largest step.
     */
    MemorySegment output(String name);

    /** Returns the bytes that the program takes beside the mapped weights. */
    long bytes();

    /**
     * (optional) Has the system keep the weights that serve in memory until this is closed, if the system lets it. May be called while a step
     * runs, and again. The default is for devices with nothing in the host's memory.
     *
     * @return why it is not kept, and what to do about it; nothing if it is
     */
    @Experimental
    default Optional<String> lock() {
        return Optional.empty();
    }

    @Override
    void close();
}
