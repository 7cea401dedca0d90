package dev.runtime.kernel.store;

import java.nio.file.Path;
import java.util.List;

/** Where a model was found. */
sealed interface Located {
    /** Returns the name that lists show. */
    String name();

    /** In the store. */
    record Stored(Manifest manifest) implements Located {
        @Override
        public String name() {
            return manifest.name().display();
        }
    }

    /** A weight file somewhere else: of the runtime itself, or given by its path. */
    record InPlace(String name, Path file, List<Path> projectors) implements Located {
        InPlace(String name, Path file) {
            this(name, file, List.of());
        }
    }
}
