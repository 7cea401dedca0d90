package dev.runtime.kernel.plugin;

import dev.runtime.api.Extension;
import dev.runtime.api.ExtensionContext;
import dev.runtime.api.LocalRuntime;
import dev.runtime.api.config.ConfigKey;
import dev.runtime.api.config.ConfigSource;
import dev.runtime.api.config.Settings;
import dev.runtime.api.event.RuntimeEvent;
import dev.runtime.api.plugin.PluginInfo;
import dev.runtime.api.plugin.PluginState;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One plug-in through its life. Changed by one thread at a time; {@link #info} may be read by any.
 *
 * <p>Holds the only lasting references to a plug-in's classes that the container has: {@link #release} drops them all.
 */
final class Plugin {
    private static final System.Logger LOG = System.getLogger(Plugin.class.getName());

    private final Surroundings surroundings;
    private final Patience patience;
    private final Optional<Path> origin;
    private final List<Offer.Bound<?>> bound = new ArrayList<>();
    private final List<Extension> started = new ArrayList<>();
    private final Map<Object, Extension> instances = new IdentityHashMap<>();
    private List<Offer<?>> offers = List.of();
    private List<ConfigKey> keys = List.of();
    private Optional<Path> copy = Optional.empty();
    private PluginCode code;
    private volatile PluginInfo info;

    /**
     * Creates.
     *
     * @param origin where people put it; nothing for a built-in one
     */
    Plugin(String id, String version, Optional<Path> origin, Surroundings surroundings, Patience patience) {
        this.origin = origin;
        this.surroundings = surroundings;
        this.patience = patience;
        this.code = new PluginCode(id, Optional.empty());
        info = new PluginInfo(id, version, PluginState.INSTALLED, origin.isEmpty(), Duration.ZERO, List.of(), Optional.empty());
    }

    PluginInfo info() {
        return info;
    }

    boolean comesFrom(Path path) {
        return origin.filter(path::equals).isPresent();
    }

    List<ConfigKey> keys() {
        return keys;
    }

    /** The folder of its private jars. */
    Optional<Path> copy() {
        return copy;
    }

    void copied(Path folder) {
        copy = Optional.of(folder);
    }

    /** Takes over what an image's module, or an embedding program, offers. */
    void offer(List<Offer<?>> all) {
        offers = List.copyOf(all);
        info = new PluginInfo(info.id(), info.version(), info.state(), info.builtIn(), info.startTime(),
                offers.stream().map(Offer::title).toList(), info.reason());
    }

    /** Takes over what a layer of its own offers. */
    void resolved(PluginLayer layer) {
        code = new PluginCode(info.id(), Optional.of(layer.loader()));
        info = new PluginInfo(info.id(), layer.version(), info.state(), false, info.startTime(), List.of(), Optional.empty());
        offer(layer.offers());
        move(PluginState.RESOLVED);
    }

    /** Instantiates the sources of configuration keys and asks them. */
    void readKeys() throws PluginRefused {
        List<ConfigKey> all = new ArrayList<>();
        for (Offer<?> offer : offers) {
            if (offer.spi() == ConfigSource.class) {
                ConfigSource source = (ConfigSource) instance(offer);
                all.addAll(code.call("listing the keys of " + offer.type().getName(), patience.start(), source::keys));
            }
        }
        keys = List.copyOf(all);
    }

    /**
     * Instantiates and starts all extensions, in the order of {@link Spi#ALL}; a class that is offered under several SPIs
     * gives one object.
     *
     * @throws PluginRefused if one fails; those that started before are stopped
     */
    void start(LocalRuntime runtime) throws PluginRefused {
        Context context = new Context(this, runtime);
        for (Offer<?> offer : offers) {
            Extension extension = instance(offer);
            if (started.stream().noneMatch(present -> present == extension)) {
                code.call("starting " + offer.type().getName(), patience.start(), () -> {
                    extension.start(context);
                    return extension;
                });
                started.add(extension);
            }
            bound.add(offer.bind(extension));
        }
    }

    private Extension instance(Offer<?> offer) throws PluginRefused {
        Extension present = instances.get(offer.identity());
        if (present != null) {
            return present;
        }
        Extension made = code.call("creating " + offer.type().getName(), patience.start(), () -> offer.maker().get());
        instances.put(offer.identity(), made);
        return made;
    }

    void addTo(ServiceRegistry registry) {
        bound.forEach(each -> each.addTo(registry));
    }

    void removeFrom(ServiceRegistry registry) {
        bound.reversed().forEach(each -> each.removeFrom(registry));
    }

    List<Extension> extensions() {
        return List.copyOf(started);
    }

    /** Stops what was started, the last one first; a failure is logged and stops nothing else. */
    void stop() {
        for (Extension extension : started.reversed()) {
            try {
                code.call("stopping " + extension.getClass().getName(), patience.stop(), () -> {
                    extension.stop();
                    return extension;
                });
            } catch (PluginRefused e) {
                LOG.log(Level.WARNING, "plug-in '" + info.id() + "': " + e.getMessage(), e.getCause());
            }
        }
        started.clear();
    }

    /** Lets go of every object and class of the plug-in. */
    void release() {
        started.clear();
        bound.clear();
        instances.clear();
        offers = List.of();
        keys = List.of();
        code = new PluginCode(info.id(), Optional.empty());
    }

    void move(PluginState state) {
        move(state, info.startTime(), Optional.empty());
    }

    void refuse(String reason) {
        LOG.log(Level.WARNING, "plug-in '" + info.id() + "' is refused: " + reason);
        move(PluginState.REFUSED, info.startTime(), Optional.of(reason));
    }

    void active(Duration startTime) {
        LOG.log(info.builtIn() ? Level.DEBUG : Level.INFO,
                "plug-in '" + info.id() + "' is active after " + startTime.toMillis() + " ms: " + String.join(", ", info.extensions()));
        move(PluginState.ACTIVE, startTime, Optional.empty());
    }

    private void move(PluginState state, Duration startTime, Optional<String> reason) {
        info = new PluginInfo(info.id(), info.version(), state, info.builtIn(), startTime, info.extensions(), reason);
        surroundings.publish(new RuntimeEvent.PluginChanged(info.id(), state.name(), reason.orElse("")));
    }

    /** What its extensions are started with. */
    private record Context(Plugin owner, LocalRuntime runtime) implements ExtensionContext {
        @Override
        public PluginInfo plugin() {
            return owner.info();
        }

        @Override
        public Settings settings() {
            return runtime.settings();
        }
    }
}
