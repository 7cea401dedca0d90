package dev.runtime.kernel.engine;

import dev.runtime.api.backend.Backend;
import dev.runtime.api.plugin.Services;
import java.time.Duration;

/** The first look for devices, which takes drivers a moment: done beforehand, so that the first model does not wait for it. */
public final class DeviceSearch implements AutoCloseable {
    /** For drivers that hang. */
    private static final Duration LONGEST = Duration.ofSeconds(5);

    private final Services services;
    private Thread thread;

    /** Creates; nothing is looked for before {@link #start}. */
    public DeviceSearch(Services services) {
        this.services = services;
    }

    /** Looks in the background, once; what fails is told when a model is loaded. */
    public synchronized void start() {
        if (thread == null) {
            thread = Thread.ofPlatform().daemon().name("device-search").start(() -> DeviceChoice.look(services.all(Backend.class)));
        }
    }

    /** Waits for the end, so that no backend is closed meanwhile. */
    @Override
    public synchronized void close() {
        try {
            if (thread != null) {
                thread.join(LONGEST);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
