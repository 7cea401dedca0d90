package dev.runtime.kernel.store;

import dev.runtime.api.Extension;
import dev.runtime.api.plugin.Services;

/** Empties a cache whenever an extension comes or goes. */
record Forgetter<T extends Extension>(Recent<?, ?> cache) implements Services.Watcher<T> {
    @Override
    public void added(T extension) {
        cache.forget();
    }

    @Override
    public void removed(T extension) {
        cache.forget();
    }
}
