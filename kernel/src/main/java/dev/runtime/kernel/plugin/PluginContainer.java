package dev.runtime.kernel.plugin;

import dev.runtime.api.ErrorCode;
import dev.runtime.api.Extension;
import dev.runtime.api.RuntimeFailure;
import dev.runtime.api.config.ConfigKey;
import dev.runtime.api.plugin.PluginInfo;
import dev.runtime.api.plugin.PluginState;
import dev.runtime.api.plugin.Plugins;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The plug-ins: those of the image, those of the embedding program, those dropped into a folder.
 *
 * <p>Built-in plug-ins are modules of the kernel's layer that provide extensions; a dropped one is a jar, or a folder of jars,
 * with a layer of its own. Changes happen one at a time under one lock. So an extension must not install or uninstall
 * plug-ins from its {@code start} or {@code stop}: it would wait for itself.
 */
public final class PluginContainer implements Plugins, AutoCloseable {
    private static final System.Logger LOG = System.getLogger(PluginContainer.class.getName());
    private static final Comparator<PluginInfo> ORDER =
            Comparator.comparing((PluginInfo info) -> !info.builtIn()).thenComparing(PluginInfo::id);

    private final Map<String, Plugin> plugins = new ConcurrentHashMap<>();
    private final List<Plugin> activated = new ArrayList<>();
    private final ReentrantLock change = new ReentrantLock();
    private final ServiceRegistry registry;
    private final Surroundings surroundings;
    private final Patience patience;
    private final Optional<ModuleLayer> parent;
    private final Staging staging = new Staging();
    private Optional<FolderWatch> watch = Optional.empty();

    /**
     * Creates an empty container.
     *
     * @param parent the layer of the kernel, over which plug-ins get theirs; nothing if the kernel runs on the class path
     */
    public PluginContainer(ServiceRegistry registry, Surroundings surroundings, Patience patience, Optional<ModuleLayer> parent) {
        this.registry = registry;
        this.surroundings = surroundings;
        this.patience = patience;
        this.parent = parent;
    }

    /**
     * Installs what the modules of the kernel's layer offer and what the embedding program brings, and reads their keys; starts
     * nothing.
     *
     * @param image whether to look into the layer
     * @return the keys of all of them
     */
    public List<ConfigKey> installBuiltIns(boolean image, List<Extension> embedded) {
        change.lock();
        try {
            if (image) {
                BuiltIns.byModule(parent).forEach((module, offers) -> installBuiltIn(BuiltIns.name(module),
                        Optional.ofNullable(module.getDescriptor()).flatMap(descriptor -> descriptor.rawVersion()).orElse(""), offers));
            }
            List<Offer<?>> offers = new ArrayList<>();
            embedded.forEach(extension -> offers.addAll(Offer.of(extension)));
            if (!offers.isEmpty()) {
                installBuiltIn("embedded", "", offers);
            }
            return keys();
        } finally {
            change.unlock();
        }
    }

    private void installBuiltIn(String id, String version, List<Offer<?>> offers) {
        Plugin plugin = new Plugin(id, version, Optional.empty(), surroundings, patience);
        plugin.offer(offers);
        plugins.put(id, plugin);
        plugin.move(PluginState.INSTALLED);
        plugin.move(PluginState.RESOLVED);
        try {
            plugin.readKeys();
        } catch (PluginRefused e) {
            refuse(plugin, e);
        }
    }

    /** Starts what {@link #installBuiltIns} installed, in the order of the names. */
    public void startBuiltIns() {
        change.lock();
        try {
            for (PluginInfo info : list()) {
                if (info.builtIn() && info.state() == PluginState.RESOLVED) {
                    Plugin plugin = plugins.get(info.id());
                    try {
                        activate(plugin, System.nanoTime());
                    } catch (PluginRefused e) {
                        refuse(plugin, e);
                    }
                }
            }
        } finally {
            change.unlock();
        }
    }

    /** Starts the plug-ins of a folder and from then on follows its changes until the container is closed. */
    public void openFolder(Path folder) {
        FolderWatch opened = new FolderWatch(folder, this::appeared, this::vanished);
        change.lock();
        try {
            watch = Optional.of(opened);
        } finally {
            change.unlock();
        }
        opened.start();
    }

    @Override
    public List<PluginInfo> list() {
        return plugins.values().stream().map(Plugin::info).sorted(ORDER).toList();
    }

    @Override
    public PluginInfo install(Path jarOrFolder) {
        change.lock();
        try {
            PluginInfo info = add(jarOrFolder.toAbsolutePath().normalize());
            if (info.state() == PluginState.REFUSED) {
                throw new RuntimeFailure(ErrorCode.PLUGIN_FAILED,
                        "plug-in '" + info.id() + "' is refused: " + info.reason().orElse("no reason known"));
            }
            return info;
        } finally {
            change.unlock();
        }
    }

    @Override
    public void uninstall(String id) {
        change.lock();
        try {
            Plugin plugin = plugins.get(id);
            if (plugin == null || plugin.info().builtIn()) {
                throw new RuntimeFailure(ErrorCode.PLUGIN_FAILED, plugin == null
                        ? "there is no plug-in '" + id + "'; `runtime plugins` lists them"
                        : "plug-in '" + id + "' is part of the image and cannot be uninstalled");
            }
            remove(plugin);
        } finally {
            change.unlock();
        }
    }

    /** Stops everything, the last plug-in that started first. */
    @Override
    public void close() {
        watch.ifPresent(FolderWatch::close);
        change.lock();
        try {
            List.copyOf(activated).reversed().forEach(this::remove);
            plugins.clear();
            staging.close();
        } finally {
            change.unlock();
        }
    }

    /** A new or changed jar or folder in the watched folder: replaces what came from there before. */
    private void appeared(Path source) {
        change.lock();
        try {
            vanished(source);
            PluginInfo other = Optional.ofNullable(plugins.get(id(source))).map(Plugin::info).orElse(null);
            if (other == null || other.state() == PluginState.REFUSED && !other.builtIn()) {
                add(source);
            } else {
                LOG.log(Level.WARNING, "the plug-ins folder's " + source.getFileName() + " is left out: there is a plug-in '" + other.id() + "' already; rename one of them");
            }
        } finally {
            change.unlock();
        }
    }

    private void vanished(Path source) {
        change.lock();
        try {
            plugins.values().stream().filter(plugin -> plugin.comesFrom(source)).toList().forEach(this::remove);
        } finally {
            change.unlock();
        }
    }

    private PluginInfo add(Path source) {
        String id = id(source);
        if (!Files.exists(source)) {
            throw new RuntimeFailure(ErrorCode.PLUGIN_FAILED, "there is no " + source + " to install");
        }
        Plugin present = plugins.get(id);
        if (present != null && (present.info().builtIn() || present.info().state() != PluginState.REFUSED)) {
            throw new RuntimeFailure(ErrorCode.PLUGIN_FAILED, "there is a plug-in '" + id + "' already; uninstall it first");
        }
        long begin = System.nanoTime();
        Plugin plugin = new Plugin(id, "", Optional.of(source), surroundings, patience);
        plugins.put(id, plugin);
        plugin.move(PluginState.INSTALLED);
        try {
            resolve(plugin, source);
            plugin.readKeys();
            coverKeys();
            activate(plugin, begin);
        } catch (PluginRefused e) {
            refuse(plugin, e);
            surroundings.keys(keys());
        }
        return plugin.info();
    }

    private void resolve(Plugin plugin, Path source) throws PluginRefused {
        ModuleLayer over = parent.orElseThrow(() -> new PluginRefused(
                "the runtime runs on the class path, where plug-ins cannot have modules of their own; start it on the module path"));
        try {
            Path copy = staging.copy(plugin.info().id(), source);
            plugin.copied(copy);
            plugin.resolved(PluginLayer.open(copy, over));
        } catch (IOException e) {
            throw new PluginRefused("it cannot be copied: " + e, e);
        }
    }

    private void coverKeys() throws PluginRefused {
        try {
            surroundings.keys(keys());
        } catch (RuntimeFailure e) {
            throw new PluginRefused(e.getMessage(), e);
        }
    }

    private void activate(Plugin plugin, long begin) throws PluginRefused {
        plugin.move(PluginState.STARTING);
        plugin.start(surroundings.runtime());
        try {
            plugin.addTo(registry);
        } catch (RuntimeFailure e) {
            withdraw(plugin);
            throw new PluginRefused(e.getMessage(), e);
        }
        activated.add(plugin);
        plugin.active(Duration.ofNanos(System.nanoTime() - begin));
    }

    private void refuse(Plugin plugin, PluginRefused reason) {
        plugin.stop();
        plugin.release();
        plugin.copy().ifPresent(staging::discard);
        plugin.refuse(reason.getMessage());
    }

    private void remove(Plugin plugin) {
        if (activated.remove(plugin)) {
            plugin.move(PluginState.STOPPING);
            withdraw(plugin);
            plugin.stop();
        }
        plugin.release();
        plugin.copy().ifPresent(staging::discard);
        plugins.remove(plugin.info().id(), plugin);
        if (!plugin.info().builtIn()) {
            surroundings.keys(keys());
        }
        plugin.move(PluginState.UNINSTALLED);
    }

    private void withdraw(Plugin plugin) {
        plugin.removeFrom(registry);
        surroundings.drain(plugin.extensions(), patience.drain());
    }

    private List<ConfigKey> keys() {
        return list().stream().flatMap(info -> plugins.get(info.id()).keys().stream()).toList();
    }

    private static String id(Path source) {
        String name = source.getFileName().toString();
        return name.endsWith(".jar") ? name.substring(0, name.length() - ".jar".length()) : name;
    }
}
