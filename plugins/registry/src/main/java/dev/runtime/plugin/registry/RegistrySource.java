package dev.runtime.plugin.registry;

import dev.runtime.api.ErrorCode;
import dev.runtime.api.ExtensionContext;
import dev.runtime.api.RuntimeFailure;
import dev.runtime.api.config.Settings;
import dev.runtime.api.source.ModelAddress;
import dev.runtime.api.source.ModelSource;
import java.net.InetAddress;
import java.net.URI;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Models of registries: a container registry, the registry that names without a host mean, or a hub that answers like one
 * ({@code hf.co/owner/repository:quantization}).
 *
 * <p>Registries on this machine are spoken to without encryption unless their name begins with {@code https://}; others only if the
 * caller allows that.
 */
public final class RegistrySource implements ModelSource {
    private static final int DEFAULT_PROXY_PORT = 8080;

    private Settings settings;

    @Override
    public void start(ExtensionContext context) {
        settings = context.settings();
    }

    @Override
    public boolean accepts(ModelAddress address) {
        return true;
    }

    @Override
    public Repository open(ModelAddress address, boolean insecure) {
        if (settings.flag(RegistryKeys.OFFLINE)) {
            throw new RuntimeFailure(ErrorCode.FORBIDDEN, "offline: no registry is talked to (registry.offline)");
        }
        Origin named = Origin.of(URI.create("https://" + authority(address)));
        List<String> hosts = settings.list(RegistryKeys.HOSTS);
        if (!hosts.isEmpty() && hosts.stream().noneMatch(named::matches)) {
            throw new RuntimeFailure(ErrorCode.FORBIDDEN, "the registry " + address.host() + " is not one of registry.hosts");
        }
        URI base = mirror(address.host()).orElseGet(() -> URI.create(scheme(address, named, insecure) + "://" + authority(address)));
        Origin origin = Origin.of(base);
        EgressGuard guard = new EgressGuard(origin, settings.list(RegistryKeys.PRIVATE_HOSTS), InetAddress::getAllByName);
        String path = base.getRawPath() == null ? "" : base.getRawPath().replaceAll("/+$", "");
        URI repository = URI.create(base.getScheme() + "://" + base.getRawAuthority() + path + "/v2/" + address.namespace() + "/" + address.model());
        return new RegistryRepository(repository, address, new Egress(guard, proxy(), SigningKey.ofUser()));
    }

    /** A host with more colons than one is none that a connection can be made to. */
    private static String authority(ModelAddress address) {
        if (!address.host().matches("[A-Za-z0-9_][A-Za-z0-9_.-]*(:[0-9]{1,5})?")) {
            throw new RuntimeFailure(ErrorCode.MODEL_NAME_INVALID, "\"" + Wire.shown(address.host()) + "\" is no host of a registry");
        }
        return address.host();
    }

    private static String scheme(ModelAddress address, Origin named, boolean insecure) {
        return switch (address.scheme()) {
            case "https" -> "https";
            case "http" -> {
                if (!insecure) {
                    throw new RuntimeFailure(ErrorCode.FORBIDDEN, "insecure protocol http");
                }
                yield "http";
            }
            case "" -> insecure || thisMachine(named.host()) ? "http" : "https";
            default -> throw new RuntimeFailure(ErrorCode.MODEL_NAME_INVALID, "the protocol " + Wire.shown(address.scheme())
                    + " is not spoken; use https");
        };
    }

    private static boolean thisMachine(String host) {
        return host.equals("localhost") || host.matches("127\\.[0-9]{1,3}\\.[0-9]{1,3}\\.[0-9]{1,3}");
    }

    private Optional<URI> mirror(String host) {
        for (String entry : settings.list(RegistryKeys.MIRRORS)) {
            int equals = entry.indexOf('=');
            if (equals > 0 && entry.substring(0, equals).strip().equalsIgnoreCase(host)) {
                return Optional.of(uri(entry.substring(equals + 1).strip(), RegistryKeys.MIRRORS.name()));
            }
        }
        return Optional.empty();
    }

    private Optional<Origin> proxy() {
        return settings.find(RegistryKeys.PROXY).map(text -> {
            URI uri = uri(text.contains("://") ? text : "http://" + text, RegistryKeys.PROXY.name());
            if (!uri.getScheme().equals("http")) {
                throw wrong(RegistryKeys.PROXY.name(), text);
            }
            return new Origin("http", Origin.of(uri).host(), uri.getPort() >= 0 ? uri.getPort() : DEFAULT_PROXY_PORT);
        });
    }

    private static URI uri(String text, String key) {
        try {
            URI uri = URI.create(text);
            String scheme = uri.getScheme() == null ? "" : uri.getScheme().toLowerCase(Locale.ROOT);
            if ((scheme.equals("http") || scheme.equals("https")) && uri.getHost() != null) {
                return uri;
            }
        } catch (IllegalArgumentException _) {
            // said below
        }
        throw wrong(key, text);
    }

    private static RuntimeFailure wrong(String key, String text) {
        return new RuntimeFailure(ErrorCode.CONFIG_INVALID, key + " has \"" + Wire.shown(text) + "\"; expected a URL such as https://host:port");
    }
}
