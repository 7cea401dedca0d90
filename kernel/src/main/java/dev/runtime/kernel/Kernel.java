package dev.runtime.kernel;

import dev.runtime.api.Extension;
import dev.runtime.api.LocalRuntime;
import dev.runtime.api.config.ConfigKey;
import dev.runtime.api.config.ConfigSource;
import dev.runtime.api.config.CoreKeys;
import dev.runtime.api.config.Settings;
import dev.runtime.api.event.Events;
import dev.runtime.api.event.RuntimeEvent;
import dev.runtime.api.http.HttpService;
import dev.runtime.api.inference.Inference;
import dev.runtime.api.model.ModelCreation;
import dev.runtime.api.model.ModelLibrary;
import dev.runtime.api.model.Models;
import dev.runtime.api.plugin.Plugins;
import dev.runtime.api.plugin.Services;
import dev.runtime.api.source.Transfers;
import dev.runtime.kernel.config.SettingsLoader;
import dev.runtime.kernel.engine.DeviceSearch;
import dev.runtime.kernel.event.EventBus;
import dev.runtime.kernel.generate.InferenceService;
import dev.runtime.kernel.http.HttpFront;
import dev.runtime.kernel.plugin.BuiltIns;
import dev.runtime.kernel.plugin.Patience;
import dev.runtime.kernel.plugin.PluginContainer;
import dev.runtime.kernel.plugin.ServiceRegistry;
import dev.runtime.kernel.plugin.Surroundings;
import dev.runtime.kernel.store.BlobPath;
import dev.runtime.kernel.store.ModelCreator;
import dev.runtime.kernel.store.ModelStore;
import dev.runtime.kernel.store.StoreLibrary;
import dev.runtime.kernel.store.StoreWriter;
import dev.runtime.kernel.transfer.TransferService;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * A running kernel: the plug-ins, the model store, the engine. Usable as a library: nothing listens until
 * {@link HttpService#listen} is called.
 *
 * <pre>{@code
 * try (Kernel kernel = Kernel.open(KernelOptions.ofProcess())) {
 *     kernel.inference().generate(request, Cancellation.none(), event -> ...);
 * }
 * }</pre>
 *
 * <p>Safe for use by many threads. Closed by whoever opened it, from a thread that serves none of its requests.
 */
public final class Kernel implements LocalRuntime, AutoCloseable {
    private static final System.Logger LOG = System.getLogger(Kernel.class.getName());

    private final SettingsLoader loader;
    private final ServiceRegistry registry = new ServiceRegistry();
    private final EventBus events = new EventBus(registry);
    private final PluginContainer plugins;
    private final ModelStore store;
    private final ModelCreator creator;
    private final StoreLibrary library;
    private final TransferService transfers;
    private final InferenceService inference;
    private final DeviceSearch devices;
    private final HttpFront http;
    private volatile Settings settings;
    private boolean closed;

    private Kernel(KernelOptions options) {
        loader = SettingsLoader.read(options.configFile(), options.environment(), options.flags());
        plugins = new PluginContainer(registry, new Around(), Patience.DEFAULT, options.layer());
        settings = loader.settings(with(plugins.installBuiltIns(options.builtIns(), options.extensions())));
        Path root = settings.find(CoreKeys.MODELS).isPresent() ? settings.path(CoreKeys.MODELS)
                : ModelStore.defaultRoot();
        store = new ModelStore(root, options.home().map(home -> home.resolve("models")).filter(Files::isDirectory).stream().toList(),
                settings.list(CoreKeys.FOLDERS).stream().flatMap(folder -> BlobPath.file(folder).stream()).filter(Files::isDirectory).toList(),
                registry);
        inference = new InferenceService(settings, store, registry, events);
        // a loaded model whose file goes is not lent for long
        StoreWriter writer = new StoreWriter(new BlobPath(root), !settings.flag(CoreKeys.NO_PRUNE), inference::forget);
        transfers = new TransferService(writer, registry);
        creator = new ModelCreator(store, writer, new BlobPath(root), registry, transfers);
        library = new StoreLibrary(store, writer);
        devices = new DeviceSearch(registry);
        http = new HttpFront(registry, this::settings, devices::start);
    }

    /**
     * Opens a kernel and starts its plug-ins. A plug-in that cannot start is listed with the reason and harms nobody.
     *
     * @throws dev.runtime.api.RuntimeFailure with {@code config.invalid} if a value of the configuration is wrong
     */
    public static Kernel open(KernelOptions options) {
        Kernel kernel = new Kernel(options);
        try {
            kernel.start(options);
            return kernel;
        } catch (RuntimeException | Error e) {
            kernel.close();
            throw e;
        }
    }

    /**
     * Reads the configuration as {@link #open} would see it, without dropped plug-ins; starts nothing.
     *
     * @throws dev.runtime.api.RuntimeFailure with {@code config.invalid} if a value is wrong
     */
    public static Settings settings(KernelOptions options) {
        List<ConfigKey> keys = new ArrayList<>(options.builtIns() ? BuiltIns.keys(options.layer()) : List.of());
        for (Extension extension : options.extensions()) {
            if (extension instanceof ConfigSource source) {
                keys.addAll(source.keys());
            }
        }
        return SettingsLoader.read(options.configFile(), options.environment(), options.flags()).settings(with(keys));
    }

    private void start(KernelOptions options) {
        http.open();
        plugins.startBuiltIns();
        options.pluginFolder(settings).ifPresent(plugins::openFolder);
        List<ConfigKey> keys = settings.entries().stream().map(Settings.Entry::key).toList();
        loader.checkFlags(keys);
        loader.warnings(keys).forEach(warning -> LOG.log(Level.WARNING, warning));
    }

    private static List<ConfigKey> with(List<ConfigKey> others) {
        List<ConfigKey> keys = new ArrayList<>(CoreKeys.all());
        keys.addAll(others);
        return keys;
    }

    /** Stops listening, ends running work, stops all plug-ins. Calling again does nothing. */
    @Override
    public void close() {
        synchronized (this) {
            if (closed) {
                return;
            }
            closed = true;
        }
        // what uses others goes first: requests, the engine, then the plug-ins with formats and devices
        http.close();
        transfers.close();
        inference.close();
        devices.close();
        plugins.close();
        store.close();
        events.close();
    }

    @Override
    public String version() {
        return Version.text();
    }

    @Override
    public Models models() {
        return store;
    }

    @Override
    public ModelCreation creation() {
        return creator;
    }

    @Override
    public ModelLibrary library() {
        return library;
    }

    @Override
    public Transfers transfers() {
        return transfers;
    }

    @Override
    public Inference inference() {
        return inference;
    }

    @Override
    public Plugins plugins() {
        return plugins;
    }

    @Override
    public Services services() {
        return registry;
    }

    @Override
    public Settings settings() {
        return settings;
    }

    @Override
    public Events events() {
        return events;
    }

    @Override
    public HttpService http() {
        return http;
    }

    /** What the plug-in container sees of the kernel. */
    private final class Around implements Surroundings {
        @Override
        public LocalRuntime runtime() {
            return Kernel.this;
        }

        @Override
        public void keys(List<ConfigKey> all) {
            settings = loader.settings(with(all));
        }

        @Override
        public void drain(List<Extension> extensions, Duration limit) {
            http.drain(extensions, limit);
        }

        @Override
        public void publish(RuntimeEvent event) {
            events.publish(event);
        }
    }
}
