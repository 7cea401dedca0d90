package dev.runtime.kernel.schedule;

import dev.runtime.api.inference.LoadedModel;
import dev.runtime.kernel.store.StoredModel;
import java.util.concurrent.atomic.AtomicBoolean;

/** The right to use a loaded model until closed: it is not unloaded before. For one request. */
public final class Lease implements AutoCloseable {
    private final Scheduler scheduler;
    private final Resident resident;
    private final AtomicBoolean open = new AtomicBoolean(true);

    Lease(Scheduler scheduler, Resident resident) {
        this.scheduler = scheduler;
        this.resident = resident;
    }

    /** Returns the loaded model. */
    public Runner runner() {
        return resident.runner;
    }

    /** Returns the stored model that it was loaded from; another name of the same weights perhaps. */
    public StoredModel model() {
        return resident.model;
    }

    /** Returns the model as lists show it, this user not counted. */
    public LoadedModel describe() {
        return scheduler.describe(resident);
    }

    /** Reports that the model failed in a way that using it again would repeat: it goes when idle, the next request loads it afresh. */
    public void broken() {
        scheduler.retire(resident);
    }

    /** Gives the model back; closing again does nothing. */
    @Override
    public void close() {
        if (open.compareAndSet(true, false)) {
            scheduler.release(resident);
        }
    }
}
