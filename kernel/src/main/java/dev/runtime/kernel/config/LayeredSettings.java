package dev.runtime.kernel.config;

import dev.runtime.api.ErrorCode;
import dev.runtime.api.RuntimeFailure;
import dev.runtime.api.config.ConfigKey;
import dev.runtime.api.config.ConfigKey.Type;
import dev.runtime.api.config.Settings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * Settings whose known keys are resolved already. A key that was not known (of a plug-in that came later) is resolved, and so
 * checked, when it is asked for.
 */
final class LayeredSettings implements Settings {
    private static final String MASK = "********";

    private final Map<String, ConfigKey> keys;
    private final Map<String, Resolved> values;
    private final Function<ConfigKey, Resolved> resolver;

    LayeredSettings(Map<String, ConfigKey> keys, Function<ConfigKey, Resolved> resolver) {
        this.keys = new TreeMap<>(keys);
        this.resolver = resolver;
        this.values = new TreeMap<>();
        keys.values().forEach(key -> values.put(key.name(), resolver.apply(key)));
    }

    @Override
    public Optional<String> find(ConfigKey key) {
        return Optional.of(resolved(key)).filter(Resolved::isSet).map(Resolved::text);
    }

    @Override
    public List<Entry> entries() {
        List<Entry> entries = new ArrayList<>();
        for (ConfigKey key : keys.values()) {
            Resolved value = values.get(key.name());
            entries.add(new Entry(key, key.secret() && value.isSet() ? MASK : value.text(), value.source()));
        }
        return List.copyOf(entries);
    }

    @Override
    public String string(ConfigKey key) {
        return required(key).text();
    }

    @Override
    public boolean flag(ConfigKey key) {
        return (Boolean) typed(key, Type.BOOLEAN);
    }

    @Override
    public long integer(ConfigKey key) {
        return (Long) typed(key, Type.INTEGER);
    }

    @Override
    public double number(ConfigKey key) {
        return (Double) typed(key, Type.NUMBER);
    }

    @Override
    public Duration duration(ConfigKey key) {
        return (Duration) typed(key, Type.DURATION);
    }

    @Override
    public long bytes(ConfigKey key) {
        return (Long) typed(key, Type.BYTES);
    }

    @Override
    public List<String> list(ConfigKey key) {
        check(key, Type.LIST);
        return resolved(key).value() instanceof List<?> list ? list.stream().map(String::valueOf).toList() : List.of();
    }

    @Override
    public Path path(ConfigKey key) {
        return (Path) typed(key, Type.PATH);
    }

    private Resolved resolved(ConfigKey key) {
        Resolved known = key.equals(keys.get(key.name())) ? values.get(key.name()) : null;
        return known != null ? known : resolver.apply(key);
    }

    private Resolved required(ConfigKey key) {
        Resolved value = resolved(key);
        if (!value.isSet()) {
            throw new RuntimeFailure(ErrorCode.CONFIG_INVALID, key.name() + " is not set and has no default; set it in the "
                    + "configuration file" + (key.environment().isEmpty() ? "" : " or by " + key.environment().getFirst())
                    + ": " + key.description());
        }
        return value;
    }

    private Object typed(ConfigKey key, Type type) {
        check(key, type);
        return required(key).value();
    }

    private static void check(ConfigKey key, Type type) {
        if (key.type() != type) {
            throw new IllegalArgumentException(key.name() + " is of type " + key.type() + ", asked for as " + type);
        }
    }
}
