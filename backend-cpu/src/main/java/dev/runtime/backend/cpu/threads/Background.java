package dev.runtime.backend.cpu.threads;

import java.util.concurrent.locks.LockSupport;

/** A daemon thread beside the steps, which its owner ends. */
public final class Background {
    private final Thread thread;

    /** Starts it. */
    public Background(String name, Runnable work) {
        thread = Thread.ofPlatform().daemon().name(name).start(work);
    }

    /** Wakes it if it is parked, and waits until it has ended; an interrupt of the caller waits too. */
    public void awaitEnd() {
        LockSupport.unpark(thread);
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
