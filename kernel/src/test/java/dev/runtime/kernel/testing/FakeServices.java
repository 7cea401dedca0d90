package dev.runtime.kernel.testing;

import dev.runtime.api.Extension;
import dev.runtime.api.plugin.Services;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** A registry that a test fills by hand. */
public final class FakeServices implements Services {
    private final List<Extension> extensions = new CopyOnWriteArrayList<>();
    private final List<Watching<?>> watching = new CopyOnWriteArrayList<>();

    private record Watching<T extends Extension>(Class<T> spi, Watcher<T> watcher) {
        void added(Extension extension) {
            if (spi.isInstance(extension)) {
                watcher.added(spi.cast(extension));
            }
        }

        void removed(Extension extension) {
            if (spi.isInstance(extension)) {
                watcher.removed(spi.cast(extension));
            }
        }
    }

    /** Creates a registry of these. */
    public FakeServices(Extension... extensions) {
        this.extensions.addAll(List.of(extensions));
    }

    /** Adds an extension and tells the watchers. */
    public void add(Extension extension) {
        extensions.add(extension);
        watching.forEach(w -> w.added(extension));
    }

    /** Removes an extension and tells the watchers first. */
    public void remove(Extension extension) {
        watching.forEach(w -> w.removed(extension));
        extensions.remove(extension);
    }

    /** Returns the number of open watches. */
    public int watches() {
        return watching.size();
    }

    @Override
    public <T extends Extension> List<T> all(Class<T> spi) {
        return extensions.stream().filter(spi::isInstance).map(spi::cast).toList();
    }

    @Override
    public <T extends Extension> Watch watch(Class<T> spi, Watcher<T> watcher) {
        Watching<T> entry = new Watching<>(spi, watcher);
        watching.add(entry);
        all(spi).forEach(watcher::added);
        return () -> watching.remove(entry);
    }
}
