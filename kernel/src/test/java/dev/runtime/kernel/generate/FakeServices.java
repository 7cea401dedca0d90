package dev.runtime.kernel.generate;

import dev.runtime.api.Extension;
import dev.runtime.api.plugin.Services;
import java.util.ArrayList;
import java.util.List;

/** A registry of what a test puts in. */
final class FakeServices implements Services {
    private record Watched<T extends Extension>(Class<T> spi, Watcher<T> watcher) {
        void removed(Extension extension) {
            if (spi.isInstance(extension)) {
                watcher.removed(spi.cast(extension));
            }
        }
    }

    private final List<Extension> extensions = new ArrayList<>();
    private final List<Watched<?>> watched = new ArrayList<>();

    FakeServices(Extension... extensions) {
        this.extensions.addAll(List.of(extensions));
    }

    void add(Extension extension) {
        extensions.add(extension);
    }

    void remove(Extension extension) {
        extensions.remove(extension);
        watched.forEach(w -> w.removed(extension));
    }

    @Override
    public <T extends Extension> List<T> all(Class<T> spi) {
        return extensions.stream().filter(spi::isInstance).map(spi::cast).toList();
    }

    @Override
    public <T extends Extension> Watch watch(Class<T> spi, Watcher<T> watcher) {
        Watched<T> entry = new Watched<>(spi, watcher);
        watched.add(entry);
        all(spi).forEach(watcher::added);
        return () -> watched.remove(entry);
    }
}
