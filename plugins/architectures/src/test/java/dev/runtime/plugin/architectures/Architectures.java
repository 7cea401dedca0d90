package dev.runtime.plugin.architectures;

import dev.runtime.api.model.Architecture;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.TreeMap;

/** The families of the module by the names of their files. */
final class Architectures {
    private static final Map<String, Architecture> BY_NAME = new TreeMap<>();

    static {
        Architectures.class.getModule().addUses(Architecture.class);
        ServiceLoader.load(Architecture.class).forEach(a -> a.names().forEach(name -> BY_NAME.put(name, a)));
    }

    private Architectures() {}

    static Optional<Architecture> of(String name) {
        return Optional.ofNullable(BY_NAME.get(name));
    }
}
