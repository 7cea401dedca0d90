package dev.runtime.api;

import java.util.ArrayList;
import java.util.List;

/**
 * A one-way signal from a caller that it no longer wants the result.
 *
 * <p>Safe for use by many threads. Long work polls {@link #cancelled()} or registers an action.
 */
@Stable
public final class Cancellation {
    private final List<Runnable> actions = new ArrayList<>();
    private volatile boolean cancelled;

    /** Returns a signal that nobody else holds, for work that is never cancelled. */
    public static Cancellation none() {
        return new Cancellation();
    }

    /** Tells whether {@link #cancel()} was called. */
    public boolean cancelled() {
        return cancelled;
    }

    /** Cancels; runs each registered action once, on the calling thread. Calling again does nothing. */
    public void cancel() {
        List<Runnable> due;
        synchronized (actions) {
            if (cancelled) {
                return;
            }
            cancelled = true;
            due = List.copyOf(actions);
            actions.clear();
        }
        due.forEach(Runnable::run);
    }

    /** Registers an action to run on cancellation; runs it at once if that has happened. It must be short and must not throw. */
    public void onCancel(Runnable action) {
        synchronized (actions) {
            if (!cancelled) {
                actions.add(action);
                return;
            }
        }
        action.run();
    }

    /**
     * Throws if cancelled.
     *
     * @throws RuntimeFailure with {@link ErrorCode#REQUEST_CANCELLED}
     */
    public void check() {
        if (cancelled) {
            throw new RuntimeFailure(ErrorCode.REQUEST_CANCELLED, "request canceled");
        }
    }
}
