package dev.runtime.plugin.registry;

import dev.runtime.api.config.ConfigKey;
import dev.runtime.api.config.ConfigKey.Type;
import dev.runtime.api.config.ConfigSource;
import java.util.List;

/** The settings of transfers. */
public final class RegistryKeys implements ConfigSource {
    static final ConfigKey OFFLINE = ConfigKey.of("registry.offline", Type.BOOLEAN, "false",
            "never talk to a registry", "RUNTIME_OFFLINE");
    static final ConfigKey HOSTS = ConfigKey.of("registry.hosts", Type.LIST, "",
            "registries that may be used, as host or host:port; empty for all", "RUNTIME_REGISTRY_HOSTS");
    static final ConfigKey PRIVATE_HOSTS = ConfigKey.of("registry.private-hosts", Type.LIST, "",
            "hosts in private networks that registries may send us to, as host or host:port; * for all", "RUNTIME_REGISTRY_PRIVATE_HOSTS");
    static final ConfigKey MIRRORS = ConfigKey.of("registry.mirrors", Type.LIST, "",
            "other places of registries, as host=https://mirror[:port]", "RUNTIME_REGISTRY_MIRRORS");
    static final ConfigKey PROXY = ConfigKey.of("registry.proxy", Type.STRING, "",
            "HTTP proxy for encrypted connections, as http://host:port; it resolves names itself", "HTTPS_PROXY", "https_proxy");

    @Override
    public List<ConfigKey> keys() {
        return List.of(OFFLINE, HOSTS, PRIVATE_HOSTS, MIRRORS, PROXY);
    }
}
