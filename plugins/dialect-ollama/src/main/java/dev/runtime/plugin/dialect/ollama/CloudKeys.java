package dev.runtime.plugin.dialect.ollama;

import dev.runtime.api.config.ConfigKey;
import dev.runtime.api.config.ConfigKey.Type;
import dev.runtime.api.config.ConfigSource;
import java.util.List;

/** The setting that decides how routes of services in a cloud answer. */
public final class CloudKeys implements ConfigSource {
    static final ConfigKey NO_CLOUD = ConfigKey.of("ollama.no-cloud", Type.BOOLEAN, "false",
            "say that services in a cloud are switched off, instead of that nobody is signed in there", "OLLAMA_NO_CLOUD");

    @Override
    public List<ConfigKey> keys() {
        return List.of(NO_CLOUD);
    }
}
