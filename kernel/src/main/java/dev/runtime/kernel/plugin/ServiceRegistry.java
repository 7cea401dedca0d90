package dev.runtime.kernel.plugin;

import dev.runtime.api.ErrorCode;
import dev.runtime.api.Extension;
import dev.runtime.api.RuntimeFailure;
import dev.runtime.api.plugin.Services;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The active extensions by SPI, in the order of their activation.
 *
 * <p>Safe for use by many threads. Reading takes no lock. Changes happen one at a time, and watchers are told within the
 * change: what a watcher sees is complete and in order, and it may read the registry, but must not wait for another thread
 * that changes it.
 */
public final class ServiceRegistry implements Services {
    private static final System.Logger LOG = System.getLogger(ServiceRegistry.class.getName());

    private final Map<Class<?>, List<Extension>> active = new ConcurrentHashMap<>();
    private final List<Registration<?>> registrations = new CopyOnWriteArrayList<>();
    private final ReentrantLock change = new ReentrantLock();

    @Override
    public <T extends Extension> List<T> all(Class<T> spi) {
        @SuppressWarnings("unchecked") // `add` puts nothing else under this key
        List<T> all = (List<T>) active.getOrDefault(spi, List.of());
        return all;
    }

    @Override
    public <T extends Extension> Watch watch(Class<T> spi, Watcher<T> watcher) {
        Registration<T> registration = new Registration<>(spi, watcher);
        change.lock();
        try {
            all(spi).forEach(watcher::added);
            registrations.add(registration);
        } finally {
            change.unlock();
        }
        return () -> registrations.remove(registration);
    }

    /**
     * Makes a started extension available under an SPI and tells the watchers.
     *
     * @throws RuntimeFailure with {@code plugin.failed} if a watcher cannot use the extension; it stays until {@link #remove}
     */
    public <T extends Extension> void add(Class<T> spi, T extension) {
        Optional<Throwable> failure = Optional.empty();
        change.lock();
        try {
            List<Extension> after = new ArrayList<>(all(spi));
            after.add(spi.cast(extension));
            active.put(spi, List.copyOf(after));
            for (Registration<?> registration : registrations) {
                Optional<Throwable> now = registration.tell(spi, extension, true);
                failure = failure.isPresent() ? failure : now;
            }
        } finally {
            change.unlock();
        }
        if (failure.isPresent()) {
            throw new RuntimeFailure(ErrorCode.PLUGIN_FAILED,
                    extension.getClass().getName() + " cannot be used: " + failure.get(), failure.get());
        }
    }

    /** Takes an extension out, so that nobody finds it any more, and then tells the watchers; does nothing if it is not there. */
    public <T extends Extension> void remove(Class<T> spi, T extension) {
        change.lock();
        try {
            List<Extension> after = new ArrayList<>(all(spi));
            if (!after.removeIf(present -> present == extension)) {
                return;
            }
            active.put(spi, List.copyOf(after));
            for (Registration<?> registration : registrations) {
                registration.tell(spi, extension, false);
            }
        } finally {
            change.unlock();
        }
    }

    /** Compared by identity: the same watcher may be registered twice. */
    private static final class Registration<T extends Extension> {
        private final Class<T> spi;
        private final Watcher<T> watcher;

        Registration(Class<T> spi, Watcher<T> watcher) {
            this.spi = spi;
            this.watcher = watcher;
        }

        Optional<Throwable> tell(Class<?> changed, Extension extension, boolean added) {
            if (changed != spi) {
                return Optional.empty();
            }
            try {
                if (added) {
                    watcher.added(spi.cast(extension));
                } else {
                    watcher.removed(spi.cast(extension));
                }
                return Optional.empty();
            } catch (RuntimeException | Error e) {
                // one watcher's fault must not keep the others from letting go of a plug-in
                LOG.log(Level.ERROR, "a watcher failed when " + extension.getClass().getName() + (added ? " came" : " went"), e);
                return Optional.of(e);
            }
        }
    }
}
