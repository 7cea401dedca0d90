/**
 * Brings models from registries and back, by the protocol of container registries.
 *
 * <p>Start reading at {@link dev.runtime.plugin.registry.RegistrySource}; {@code RegistryRepository} is the protocol, {@code Wire} one
 * HTTP exchange on a socket of its own, and {@code EgressGuard} the only place that decides which address is connected to.
 */
module dev.runtime.plugin.registry {
    requires dev.runtime.api;
    requires tools.jackson.core;

    provides dev.runtime.api.source.ModelSource with
            dev.runtime.plugin.registry.RegistrySource;
    provides dev.runtime.api.config.ConfigSource with
            dev.runtime.plugin.registry.RegistryKeys;
}
