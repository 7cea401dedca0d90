package dev.runtime.kernel.engine;

import dev.runtime.api.RuntimeFailure;

/** What a loop does with jobs; called on the loop's thread only. */
interface LoopWork<J> {
    /** Takes a new job. */
    void accept(J job);

    /** Does one step; answers whether there was anything to do. Failures are told to the jobs concerned, not thrown. */
    boolean step();

    /** Fails all jobs that were accepted and are not complete. */
    void abandon(RuntimeFailure reason);
}
