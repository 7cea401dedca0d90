package dev.runtime.kernel.http;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.util.Locale;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * Which host names a request may be addressed to.
 *
 * <p>A web page can make a browser believe that the page's own host name has the address 127.0.0.1, and then counts as
 * same-origin. The name in the {@code Host} header gives it away. A server that listens beyond this machine is reached by
 * names that cannot be known here, so there every name passes.
 *
 * @param local whether the server listens on a loopback address
 * @param ownName this machine's name, asked only for names that nothing else allows
 * @param ownAddress whether an address is one of this machine's
 */
record HostRules(boolean local, Supplier<String> ownName, Predicate<InetAddress> ownAddress) {
    /** Returns the rules of this machine for a listening address. */
    static HostRules of(InetAddress listening) {
        return new HostRules(listening.isLoopbackAddress(), HostRules::machineName, HostRules::isOwn);
    }

    /** Tells whether the text of a {@code Host} header may pass; one without host passes, as no browser sends that. */
    boolean allow(String header) {
        String text = header.strip().toLowerCase(Locale.ROOT);
        if (!local || text.isEmpty()) {
            return true;
        }
        int end = text.startsWith("[") ? text.indexOf(']') + 1 : text.indexOf(':') < 0 ? text.length() : text.indexOf(':');
        if (end == 0 || !isPort(text.substring(end))) {
            return false;
        }
        String host = text.substring(0, end);
        if (host.startsWith("[")) {
            return allowLiteral(withoutZone(host.substring(1, host.length() - 1)), true);
        }
        if (isIpv4(host)) {
            return allowLiteral(host, false);
        }
        return allowName(host.endsWith(".") ? host.substring(0, host.length() - 1) : host);
    }

    private boolean allowName(String name) {
        return name.isEmpty() || name.equals("localhost")
                || name.endsWith(".localhost") || name.endsWith(".local") || name.endsWith(".internal")
                || name.equalsIgnoreCase(ownName.get());
    }

    private boolean allowLiteral(String text, boolean six) {
        InetAddress address;
        try {
            address = six ? Inet6Address.ofLiteral(text) : InetAddress.ofLiteral(text);
        } catch (IllegalArgumentException e) {
            return false;
        }
        boolean uniqueLocal = address instanceof Inet6Address && (address.getAddress()[0] & 0xfe) == 0xfc;
        return address.isLoopbackAddress() || address.isAnyLocalAddress() || address.isSiteLocalAddress() || uniqueLocal
                || ownAddress.test(address);
    }

    private static boolean isPort(String text) {
        return text.isEmpty() || text.charAt(0) == ':' && text.length() <= 6
                && text.chars().skip(1).allMatch(c -> c >= '0' && c <= '9');
    }

    /** Four decimal numbers; other spellings of addresses are names to us, and not allowed ones. */
    private static boolean isIpv4(String host) {
        String[] parts = host.split("\\.", -1);
        if (parts.length != 4) {
            return false;
        }
        for (String part : parts) {
            boolean digits = !part.isEmpty() && part.length() <= 3 && part.chars().allMatch(c -> c >= '0' && c <= '9');
            if (!digits || part.length() > 1 && part.charAt(0) == '0' || Integer.parseInt(part) > 255) {
                return false;
            }
        }
        return true;
    }

    private static String withoutZone(String literal) {
        int percent = literal.indexOf('%');
        return percent < 0 ? literal : literal.substring(0, percent);
    }

    private static String machineName() {
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException e) {
            return "";
        }
    }

    private static boolean isOwn(InetAddress address) {
        try {
            return NetworkInterface.getByInetAddress(address) != null;
        } catch (SocketException e) {
            return false;
        }
    }
}
