package dev.runtime.api.testkit;

import dev.runtime.api.config.ConfigKey;
import dev.runtime.api.config.Settings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Settings of a test: some values by key name, defaults for all else. Durations are read in the form of {@link Duration#parse}
 * without {@code PT}, numbers of bytes with {@code MiB} at most.
 */
public record FakeSettings(Map<String, String> values) implements Settings {
    /** Nothing but defaults. */
    public static final FakeSettings DEFAULTS = new FakeSettings(Map.of());

    @Override
    public Optional<String> find(ConfigKey key) {
        return Optional.of(values.getOrDefault(key.name(), key.defaultValue())).filter(s -> !s.isEmpty());
    }

    @Override
    public List<Entry> entries() {
        return values.entrySet().stream()
                .map(e -> new Entry(ConfigKey.of(e.getKey(), ConfigKey.Type.STRING, "", ""), e.getValue(), Source.FLAG)).toList();
    }

    @Override
    public String string(ConfigKey key) {
        return find(key).orElse("");
    }

    @Override
    public boolean flag(ConfigKey key) {
        return Boolean.parseBoolean(string(key));
    }

    @Override
    public long integer(ConfigKey key) {
        return Long.parseLong(string(key));
    }

    @Override
    public double number(ConfigKey key) {
        return Double.parseDouble(string(key));
    }

    @Override
    public Duration duration(ConfigKey key) {
        return Duration.parse("PT" + string(key));
    }

    @Override
    public long bytes(ConfigKey key) {
        String text = string(key);
        return text.endsWith("MiB") ? Long.parseLong(text.substring(0, text.length() - 3)) << 20 : Long.parseLong(text);
    }

    @Override
    public List<String> list(ConfigKey key) {
        return find(key).map(s -> List.of(s.split(","))).orElse(List.of());
    }

    @Override
    public Path path(ConfigKey key) {
        return Path.of(string(key)).toAbsolutePath().normalize();
    }
}
