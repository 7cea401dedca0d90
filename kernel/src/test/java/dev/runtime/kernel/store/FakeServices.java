package dev.runtime.kernel.store;

import dev.runtime.api.Extension;
import dev.runtime.api.plugin.Services;
import java.util.ArrayList;
import java.util.List;

/** A registry that tests fill by hand. For one thread. */
final class FakeServices implements Services {
    private final List<Extension> extensions = new ArrayList<>();
    private final List<Registration<?>> registrations = new ArrayList<>();

    private record Registration<T extends Extension>(Class<T> spi, Watcher<T> watcher) {
        void tell(Extension extension, boolean added) {
            if (spi.isInstance(extension)) {
                if (added) {
                    watcher.added(spi.cast(extension));
                } else {
                    watcher.removed(spi.cast(extension));
                }
            }
        }
    }

    FakeServices(Extension... extensions) {
        this.extensions.addAll(List.of(extensions));
    }

    void add(Extension extension) {
        extensions.add(extension);
        registrations.forEach(r -> r.tell(extension, true));
    }

    void remove(Extension extension) {
        registrations.forEach(r -> r.tell(extension, false));
        extensions.remove(extension);
    }

    int watchers() {
        return registrations.size();
    }

    @Override
    public <T extends Extension> List<T> all(Class<T> spi) {
        return extensions.stream().filter(spi::isInstance).map(spi::cast).toList();
    }

    @Override
    public <T extends Extension> Watch watch(Class<T> spi, Watcher<T> watcher) {
        Registration<T> registration = new Registration<>(spi, watcher);
        registrations.add(registration);
        all(spi).forEach(watcher::added);
        return () -> registrations.remove(registration);
    }
}
