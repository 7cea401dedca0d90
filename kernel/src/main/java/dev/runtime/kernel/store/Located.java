package dev.runtime.kernel.store;

import java.nio.file.Path;

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

    /**
     * A weight file somewhere else: of the runtime itself, of another program, or given by its path.
     *
     * @param ownFolder whether its folder holds that one model only, though perhaps in several types
     */
    record InPlace(String name, Path file, boolean ownFolder) implements Located {
        InPlace(String name, Path file) {
            this(name, file, false);
        }
    }
}
