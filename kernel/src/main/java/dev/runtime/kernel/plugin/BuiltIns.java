package dev.runtime.kernel.plugin;

import dev.runtime.api.Extension;
import dev.runtime.api.command.Command;
import dev.runtime.api.config.ConfigKey;
import dev.runtime.api.config.ConfigSource;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.TreeMap;

/** Finds what the modules of the image offer; nothing is instantiated unless a method says so. */
public final class BuiltIns {
    private static final System.Logger LOG = System.getLogger(BuiltIns.class.getName());

    private BuiltIns() {}

    /** Instantiates the commands, in the order of their names, and nothing else. */
    public static List<Command> commands(Optional<ModuleLayer> layer) {
        List<Command> commands = new ArrayList<>();
        for (Offer<Command> offer : offers(Command.class, layer)) {
            instance(offer).ifPresent(commands::add);
        }
        commands.sort(Comparator.comparing(Command::name));
        return commands;
    }

    /** Instantiates the sources of configuration keys, and nothing else, and returns their keys. */
    public static List<ConfigKey> keys(Optional<ModuleLayer> layer) {
        List<ConfigKey> keys = new ArrayList<>();
        for (Offer<ConfigSource> offer : offers(ConfigSource.class, layer)) {
            instance(offer).ifPresent(source -> keys.addAll(source.keys()));
        }
        return keys;
    }

    /** Returns the offers of all SPIs by the name of their module, in the order of the names. */
    static Map<Module, List<Offer<?>>> byModule(Optional<ModuleLayer> layer) {
        Map<Module, List<Offer<?>>> byModule = new TreeMap<>(Comparator.comparing(BuiltIns::name));
        for (Class<? extends Extension> spi : Spi.ALL) {
            for (Offer<?> offer : offers(spi, layer)) {
                byModule.computeIfAbsent(offer.type().getModule(), _ -> new ArrayList<>()).add(offer);
            }
        }
        return byModule;
    }

    /** Returns the name of a module, also of the class path's. */
    static String name(Module module) {
        return module.isNamed() ? module.getName() : "class-path";
    }

    private static <T extends Extension> List<Offer<T>> offers(Class<T> spi, Optional<ModuleLayer> layer) {
        try {
            ServiceLoader<T> loader = layer.map(l -> ServiceLoader.load(l, spi))
                    .orElseGet(() -> ServiceLoader.load(spi, BuiltIns.class.getClassLoader()));
            return Offer.of(spi, loader, _ -> true);
        } catch (ServiceConfigurationError | LinkageError e) {
            LOG.log(Level.ERROR, "the image is damaged: no " + spi.getSimpleName() + " can be found", e);
            return List.of();
        }
    }

    private static <T extends Extension> Optional<T> instance(Offer<T> offer) {
        try {
            return Optional.of(offer.maker().get());
        } catch (ServiceConfigurationError | LinkageError e) {
            LOG.log(Level.WARNING, offer.title() + " cannot be created", e);
            return Optional.empty();
        }
    }
}
