package dev.runtime.kernel;

import dev.runtime.api.ErrorCode;
import dev.runtime.api.Extension;
import dev.runtime.api.RuntimeFailure;
import dev.runtime.api.config.ConfigKey;
import dev.runtime.api.config.CoreKeys;
import dev.runtime.api.config.Settings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What a kernel is opened with. Immutable; {@link #ofProcess} for a program that should behave as the {@code runtime} binary does,
 * {@link #isolated} for one that takes nothing from its environment.
 *
 * @param flags configuration by key name; wins over all other layers
 * @param environment environment variables by name
 * @param configFile the configuration file
 * @param home the folder of the installation, with {@code models/} and {@code plugins/}
 * @param builtIns whether the modules of the layer are looked through for extensions
 * @param extensions objects that the embedding program brings; they form one plug-in
 * @param layer the layer that plug-ins build upon; nothing if the kernel runs on the class path
 */
public record KernelOptions(
        Map<String, String> flags,
        Map<String, String> environment,
        Optional<Path> configFile,
        Optional<Path> home,
        boolean builtIns,
        List<Extension> extensions,
        Optional<ModuleLayer> layer) {
    /** The environment variable that names the configuration file. */
    public static final String CONFIG_VARIABLE = "RUNTIME_CONFIG";

    private static final String HOME_PROPERTY = "runtime.home";
    private static final String CONFIG_IN_HOME = "conf/runtime.toml";
    private static final String CONFIG_OF_USER = ".config/runtime/runtime.toml";

    /** Copies the collections. */
    public KernelOptions {
        flags = Map.copyOf(flags);
        environment = Map.copyOf(environment);
        extensions = List.copyOf(extensions);
    }

    /** Returns options that take nothing from the process: no environment, no file, no home; with the image's plug-ins. */
    public static KernelOptions isolated() {
        return new KernelOptions(Map.of(), Map.of(), Optional.empty(), Optional.empty(), true, List.of(),
                Optional.ofNullable(KernelOptions.class.getModule().getLayer()));
    }

    /**
     * Returns the options of this process.
     *
     * <p>The home is the system property {@code runtime.home}, else the Java home if it holds {@code conf/runtime.toml}. The
     * configuration file is that of {@code RUNTIME_CONFIG}, else the user's {@code ~/.config/runtime/runtime.toml}, else the home's.
     *
     * @throws RuntimeFailure with {@code config.invalid} if {@code RUNTIME_CONFIG} names no file
     */
    public static KernelOptions ofProcess() {
        return of(System.getenv(), System.getProperty(HOME_PROPERTY), Path.of(System.getProperty("java.home")),
                Path.of(System.getProperty("user.home")));
    }

    static KernelOptions of(Map<String, String> environment, String homeProperty, Path javaHome, Path userHome) {
        Optional<Path> home = homeProperty != null ? Optional.of(Path.of(homeProperty).toAbsolutePath().normalize())
                : Optional.of(javaHome).filter(java -> Files.isRegularFile(java.resolve(CONFIG_IN_HOME)));
        KernelOptions options = isolated().withEnvironment(environment).withHome(home);
        return options.withConfigFile(configFile(environment, home, userHome));
    }

    private static Optional<Path> configFile(Map<String, String> environment, Optional<Path> home, Path userHome) {
        String named = environment.getOrDefault(CONFIG_VARIABLE, "").strip();
        if (!named.isEmpty()) {
            Path file = Path.of(named).toAbsolutePath();
            if (!Files.isRegularFile(file)) {
                throw new RuntimeFailure(ErrorCode.CONFIG_INVALID, CONFIG_VARIABLE + " names " + named + ", which is no file");
            }
            return Optional.of(file);
        }
        return Stream.concat(Stream.of(userHome.resolve(CONFIG_OF_USER)), home.map(folder -> folder.resolve(CONFIG_IN_HOME)).stream())
                .filter(Files::isRegularFile).findFirst();
    }

    /** Returns the folder that is watched for plug-ins: the configured one, else that of the home. */
    public Optional<Path> pluginFolder(Settings settings) {
        return settings.find(CoreKeys.PLUGINS).isPresent() ? Optional.of(settings.path(CoreKeys.PLUGINS))
                : home.map(folder -> folder.resolve("plugins"));
    }

    /** Returns these options with other flags. */
    public KernelOptions withFlags(Map<String, String> all) {
        return new KernelOptions(all, environment, configFile, home, builtIns, extensions, layer);
    }

    /** Returns these options with one more flag. */
    public KernelOptions withFlag(ConfigKey key, String value) {
        Map<String, String> all = new HashMap<>(flags);
        all.put(key.name(), value);
        return withFlags(all);
    }

    /** Returns these options with another environment. */
    public KernelOptions withEnvironment(Map<String, String> all) {
        return new KernelOptions(flags, all, configFile, home, builtIns, extensions, layer);
    }

    /** Returns these options with another configuration file, or none. */
    public KernelOptions withConfigFile(Optional<Path> file) {
        return new KernelOptions(flags, environment, file, home, builtIns, extensions, layer);
    }

    /** Returns these options with another home, or none. */
    public KernelOptions withHome(Optional<Path> folder) {
        return new KernelOptions(flags, environment, configFile, folder, builtIns, extensions, layer);
    }

    /** Returns these options with one more extension of the embedding program. */
    public KernelOptions withExtension(Extension extension) {
        return new KernelOptions(flags, environment, configFile, home, builtIns,
                Stream.concat(extensions.stream(), Stream.of(extension)).toList(), layer);
    }

    /** Returns these options without the image's plug-ins: only given extensions and dropped plug-ins count. */
    public KernelOptions withoutBuiltIns() {
        return new KernelOptions(flags, environment, configFile, home, false, extensions, layer);
    }

    /** Returns these options with another layer, whose modules (and those of its parents) are the built-in plug-ins. */
    public KernelOptions withLayer(ModuleLayer other) {
        return new KernelOptions(flags, environment, configFile, home, builtIns, extensions, Optional.of(other));
    }
}
