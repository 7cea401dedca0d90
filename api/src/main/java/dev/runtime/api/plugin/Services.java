package dev.runtime.api.plugin;

import dev.runtime.api.Extension;
import dev.runtime.api.Stable;
import java.util.List;

/**
 * The dynamic registry of started extensions. Safe for use by many threads.
 *
 * <p>An extension can disappear at any time with its plug-in. Whoever keeps one across calls registers a listener.
 */
@Stable
public interface Services {
    /** Told of changes, on the thread that makes them; implementations are short and do not throw. */
    interface Watcher<T extends Extension> {
        /** An extension was started. */
        void added(T extension);

        /** An extension is about to be stopped: it must not be used any more when this returns. */
        void removed(T extension);
    }

    /** Returns the active extensions of an SPI, in the order of activation. */
    <T extends Extension> List<T> all(Class<T> spi);

    /**
     * Registers a watcher and tells it of all present extensions first.
     *
     * @return closes to unregister
     */
    <T extends Extension> Watch watch(Class<T> spi, Watcher<T> watcher);

    /** A registration; closing it ends it. */
    interface Watch extends AutoCloseable {
        @Override
        void close();
    }
}
