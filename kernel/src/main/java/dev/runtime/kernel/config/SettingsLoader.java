package dev.runtime.kernel.config;

import dev.runtime.api.ErrorCode;
import dev.runtime.api.RuntimeFailure;
import dev.runtime.api.config.ConfigKey;
import dev.runtime.api.config.ConfigKey.Type;
import dev.runtime.api.config.Settings;
import dev.runtime.api.config.Settings.Source;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The layers of configuration, read once. Immutable, safe for use by many threads.
 *
 * <p>In the environment blanks and quotes around a value are dropped and an empty value counts as not set, as users of local
 * model servers are used to; a truth value in other words than the known ones counts as true, with a warning. In the file and
 * in flags an empty text means "not set", also where a weaker layer sets the key. Relative paths start from the file's folder,
 * elsewhere from the working directory; {@code ~/} is the user's home.
 */
public final class SettingsLoader {
    private static final System.Logger LOG = System.getLogger(SettingsLoader.class.getName());

    private final Layer file;
    private final Layer environment;
    private final Layer flags;
    private final Path home;

    private SettingsLoader(Layer file, Layer environment, Layer flags, Path home) {
        this.file = file;
        this.environment = environment;
        this.flags = flags;
        this.home = home;
    }

    /**
     * Reads the layers.
     *
     * @param toml the configuration file; one that does not exist is an empty layer
     * @param env environment variables by name
     * @param flags texts by key name
     * @throws RuntimeFailure with {@code config.invalid} if the file cannot be read
     */
    public static SettingsLoader read(Optional<Path> toml, Map<String, String> env, Map<String, String> flags) {
        return read(toml, env, flags, Path.of(System.getProperty("user.home")));
    }

    static SettingsLoader read(Optional<Path> toml, Map<String, String> env, Map<String, String> flags, Path home) {
        Path here = Path.of("").toAbsolutePath();
        Optional<Path> found = toml.map(Path::toAbsolutePath).filter(Files::exists);
        return new SettingsLoader(
                new Layer(Source.FILE, found.map(f -> "the file " + f).orElse("no file"), found.map(Path::getParent).orElse(here),
                        found.map(TomlFile::read).orElse(Map.of())),
                new Layer(Source.ENVIRONMENT, "the environment", here, Map.copyOf(env)),
                new Layer(Source.FLAG, "the command line", here, Map.copyOf(flags)),
                home);
    }

    /**
     * Reads and resolves in one step; unknown names in the file are logged as warnings.
     *
     * @throws RuntimeFailure with {@code config.invalid}, key, value, layer and the expected form; also for an unknown flag
     */
    public static Settings load(
            List<ConfigKey> keys, Optional<Path> toml, Map<String, String> env, Map<String, String> flags) {
        SettingsLoader loader = read(toml, env, flags);
        loader.warnings(keys).forEach(warning -> LOG.log(System.Logger.Level.WARNING, warning));
        loader.checkFlags(keys);
        return loader.settings(keys);
    }

    /**
     * Resolves keys; names that belong to none of them are left alone, see {@link #warnings} and {@link #checkFlags}.
     *
     * @throws RuntimeFailure with {@code config.invalid}, key, value, layer and the expected form
     */
    public Settings settings(List<ConfigKey> keys) {
        return new LayeredSettings(byName(keys), this::resolve);
    }

    /** Returns what is odd but no error: names in the file that no key has, and truth values in unknown words. */
    public List<String> warnings(List<ConfigKey> keys) {
        Map<String, ConfigKey> known = byName(keys);
        List<String> warnings = new ArrayList<>();
        for (String name : file.values().keySet()) {
            if (!known.containsKey(name)) {
                warnings.add("unknown key " + name + " in " + file.label() + " is ignored" + suggestion(name, known));
            }
        }
        for (ConfigKey key : keys) {
            variable(key).filter(_ -> key.type() == Type.BOOLEAN).ifPresent(name -> {
                String text = trimmed(name);
                if (ValueText.flag(text).isEmpty()) {
                    warnings.add(name + "=" + shown(key, text) + " in the environment counts as true for " + key.name()
                            + "; expected " + ValueText.form(Type.BOOLEAN));
                }
            });
        }
        return warnings;
    }

    /**
     * Refuses flags that belong to no key.
     *
     * @throws RuntimeFailure with {@code config.invalid}
     */
    public void checkFlags(List<ConfigKey> keys) {
        Map<String, ConfigKey> known = byName(keys);
        for (String name : flags.values().keySet()) {
            if (!known.containsKey(name)) {
                throw new RuntimeFailure(ErrorCode.CONFIG_INVALID,
                        "unknown key " + name + " on the command line" + suggestion(name, known) + "; `runtime config` lists all keys");
            }
        }
    }

    private static String suggestion(String name, Map<String, ConfigKey> known) {
        return Nearest.to(name, known.keySet()).map(near -> "; did you mean " + near + "?").orElse("");
    }

    private static Map<String, ConfigKey> byName(List<ConfigKey> keys) {
        Map<String, ConfigKey> byName = new LinkedHashMap<>();
        for (ConfigKey key : keys) {
            ConfigKey other = byName.put(key.name(), key);
            if (other != null && !other.equals(key)) {
                throw new RuntimeFailure(ErrorCode.CONFIG_INVALID,
                        "the key " + key.name() + " is declared twice and differently; two plug-ins cannot share a key");
            }
        }
        return byName;
    }

    private Resolved resolve(ConfigKey key) {
        Object flag = flags.values().get(key.name());
        if (flag != null) {
            return checked(key, flag, flags, flags.label());
        }
        Optional<String> variable = variable(key);
        if (variable.isPresent()) {
            String text = trimmed(variable.get());
            boolean oddFlag = key.type() == Type.BOOLEAN && ValueText.flag(text).isEmpty();
            return oddFlag ? new Resolved("true", true, Source.ENVIRONMENT)
                    : checked(key, text, environment, environment.label() + " (" + variable.get() + ")");
        }
        Object written = file.values().get(key.name());
        if (written != null) {
            return checked(key, written, file, file.label());
        }
        return checked(key, key.defaultValue(), new Layer(Source.DEFAULT, "", flags.base(), Map.of()), "the key's default");
    }

    private Resolved checked(ConfigKey key, Object raw, Layer layer, String where) {
        if (raw instanceof List<?> list) {
            List<String> texts = list.stream().map(String::valueOf).toList();
            if (key.type() != Type.LIST) {
                throw invalid(key, texts.toString(), where);
            }
            return new Resolved(String.join(",", texts), texts, layer.source());
        }
        String text = ((String) raw).strip();
        boolean mayBeEmpty = layer.source() == Source.DEFAULT || switch (key.type()) {
            case STRING, LIST, PATH -> true;
            case BOOLEAN, INTEGER, NUMBER, DURATION, BYTES -> false;
        };
        if (text.isEmpty() && mayBeEmpty) {
            return new Resolved("", "", layer.source());
        }
        Object value = ValueText.parse(key.type(), text, layer.base(), home).orElseThrow(() -> invalid(key, text, where));
        return new Resolved(text, value, layer.source());
    }

    private static RuntimeFailure invalid(ConfigKey key, String text, String where) {
        return new RuntimeFailure(ErrorCode.CONFIG_INVALID, key.name() + " is \"" + shown(key, text) + "\" in " + where
                + "; expected " + ValueText.form(key.type()));
    }

    private static String shown(ConfigKey key, String text) {
        return key.secret() ? "(secret)" : text.length() > 200 ? text.substring(0, 200) + "..." : text;
    }

    /** The first of a key's variables that is set and not empty. */
    private Optional<String> variable(ConfigKey key) {
        return key.environment().stream().filter(name -> !trimmed(name).isEmpty()).findFirst();
    }

    private String trimmed(String variable) {
        String text = ((String) environment.values().getOrDefault(variable, "")).strip();
        int from = 0;
        int to = text.length();
        while (from < to && "\"'".indexOf(text.charAt(from)) >= 0) {
            from++;
        }
        while (to > from && "\"'".indexOf(text.charAt(to - 1)) >= 0) {
            to--;
        }
        return text.substring(from, to).strip();
    }
}
