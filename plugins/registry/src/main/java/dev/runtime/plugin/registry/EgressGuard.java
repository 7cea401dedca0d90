package dev.runtime.plugin.registry;

import dev.runtime.api.ErrorCode;
import dev.runtime.api.RuntimeFailure;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.Map;

/**
 * Decides which address is connected to. A registry that somebody named may be anywhere but at a link-local address, where clouds keep
 * secrets; where it sends us may not be in a private network, unless that is the registry itself or a setting allows it.
 *
 * <p>A name is resolved once, all of its addresses are checked, and only these are connected to, so that a name that
 * changes its address in between gains nothing.
 */
final class EgressGuard {
    /** Turns names into addresses; a seam for tests. */
    interface Resolver {
        InetAddress[] resolve(String host) throws UnknownHostException;
    }

    private final Origin registry;
    private final List<String> allowed;
    private final Resolver resolver;
    private final Map<String, List<InetAddress>> resolved = new ConcurrentHashMap<>();

    /**
     * Creates the guard of one registry.
     *
     * @param registry what somebody named
     * @param allowed hosts in private networks that others may send us to
     */
    EgressGuard(Origin registry, List<String> allowed, Resolver resolver) {
        this.registry = registry;
        this.allowed = List.copyOf(allowed);
        this.resolver = resolver;
    }

    /**
     * Checks where a request is about to go.
     *
     * @return the addresses to connect to
     * @throws RuntimeFailure with {@code auth.forbidden} if it must not go there
     * @throws IOException if the name has no address now
     */
    List<InetAddress> check(Origin target) throws IOException {
        checkScheme(target);
        List<InetAddress> addresses = resolved.get(target.host());
        if (addresses == null) {
            addresses = List.of(resolver.resolve(target.host()));
            resolved.put(target.host(), addresses);
        }
        if (!allowed(target)) {
            for (InetAddress address : addresses) {
                boolean bad = target.equals(registry) ? linkLocal(address) : !global(address);
                if (bad) {
                    throw refused(target, "it is in a private network (" + address.getHostAddress()
                            + "); if that is meant, add it to registry.private-hosts");
                }
            }
        }
        return addresses;
    }

    /** Checks what can be told without resolving a name, for a proxy that resolves it. */
    void checkScheme(Origin target) {
        if (target.host().isEmpty() || !target.scheme().equals("https") && !target.scheme().equals("http")) {
            throw refused(target, "only http and https are spoken");
        }
        if (registry.secure() && !target.secure()) {
            throw refused(target, "the connection would not be encrypted any more");
        }
    }

    private boolean allowed(Origin target) {
        return allowed.contains("*") || allowed.stream().anyMatch(target::matches);
    }

    private RuntimeFailure refused(Origin target, String reason) {
        return new RuntimeFailure(ErrorCode.FORBIDDEN, registry.host() + " sends to " + Wire.shown(target.scheme() + "://" + target.host())
                + ":" + target.port() + ", which is refused: " + reason);
    }

    private static boolean linkLocal(InetAddress address) {
        return address.isLinkLocalAddress() || address.isMulticastAddress() || address.isAnyLocalAddress();
    }

    /** Tells whether an address is one of the public internet; the special blocks are those of the IANA registries. */
    static boolean global(InetAddress address) {
        if (linkLocal(address) || address.isLoopbackAddress() || address.isSiteLocalAddress()) {
            return false;
        }
        byte[] b = address.getAddress();
        return address instanceof Inet4Address ? global4(b) : global6(b);
    }

    private static boolean global4(byte[] b) {
        int first = b[0] & 0xff;
        int second = b[1] & 0xff;
        boolean special = first == 0 || first == 10 || first == 127 || first >= 224 // this network, private, loopback, multicast and above
                || first == 100 && second >= 64 && second < 128 // carriers
                || first == 192 && second == 0 && b[2] == 0 // protocol assignments
                || first == 198 && (second == 18 || second == 19); // benchmarks
        return !special;
    }

    private static boolean global6(byte[] b) {
        int first = (b[0] & 0xff) << 8 | b[1] & 0xff;
        if ((first & 0xfe00) == 0xfc00) {
            return false; // unique local
        }
        if (first == 0x2002) {
            return embedded(b, 2); // 6to4
        }
        boolean nat64 = first == 0x64 && (b[2] & 0xff) == 0xff && (b[3] & 0xff) == 0x9b;
        boolean compatible = Arrays.equals(b, 0, 12, new byte[12], 0, 12);
        return nat64 || compatible ? embedded(b, 12) : true;
    }

    private static boolean embedded(byte[] b, int at) {
        try {
            return global(InetAddress.getByAddress(Arrays.copyOfRange(b, at, at + 4)));
        } catch (UnknownHostException e) {
            throw new IllegalStateException("four bytes are an address", e);
        }
    }
}
