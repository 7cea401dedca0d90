package dev.runtime.plugin.dialect;

import dev.runtime.api.ErrorCode;
import dev.runtime.api.RuntimeFailure;
import dev.runtime.api.http.HttpExchange;
import dev.runtime.api.source.ModelAddress;
import java.util.Locale;

/**
 * Which model a request means.
 *
 * @param given what the client wrote, for echoes and messages
 * @param name what the store is asked for: a full name, or a path from this machine; empty if nothing was given
 * @param cloud whether a model of a remote service was asked for
 */
public record ModelReference(String given, String name, boolean cloud) {
    private static final ModelAddress DEFAULTS = new ModelAddress("", "registry.ollama.ai", "library", "", "latest");

    /**
     * Reads a reference.
     *
     * @throws RuntimeFailure with {@code model.name_invalid} if it is no valid name, and no path from this machine
     */
    public static ModelReference of(String given, HttpExchange exchange) {
        String base = given.strip();
        if (base.isEmpty()) {
            return new ModelReference(given, "", false);
        }
        if (path(base)) {
            if (!local(exchange)) {
                throw invalid();
            }
            return new ModelReference(given, base, false);
        }
        Suffix first = Suffix.of(base);
        Suffix second = Suffix.of(first.base());
        if (first.source() != Source.ANY && second.source() != Source.ANY) {
            if (first.source() != second.source()) {
                throw new RuntimeFailure(ErrorCode.MODEL_NAME_INVALID, "use either :local or :cloud, not both: \"" + given + "\"");
            }
            throw invalid();
        }
        return new ModelReference(given, full(first.base()), first.source() == Source.CLOUD);
    }

    /**
     * Returns the name under which a model is stored or to be stored, with the scheme if one was written: {@code :local} goes, and {@code
     * x:tag:cloud} is {@code x:tag-cloud}.
     */
    public static String stored(String given) {
        String name = given.strip();
        Suffix suffix = Suffix.of(name);
        boolean word = name.length() == suffix.base().length() + ":cloud".length() && name.charAt(suffix.base().length()) == ':';
        return switch (suffix.source()) {
            case ANY -> name;
            case LOCAL -> suffix.base();
            case CLOUD -> word && suffix.base().lastIndexOf(':') > suffix.base().lastIndexOf('/') ? suffix.base() + "-cloud" : name;
        };
    }

    /** Tells whether a text is the name of a model: valid, and no path. */
    public static boolean isName(String text) {
        String name = text.strip();
        if (name.isEmpty() || path(name)) {
            return false;
        }
        try {
            full(Suffix.of(name).base());
            return true;
        } catch (RuntimeFailure _) {
            return false;
        }
    }

    /** Tells whether a request comes from this machine itself; a proxy's word for someone else counts as someone else. */
    public static boolean local(HttpExchange exchange) {
        return exchange.remoteAddress().getAddress().isLoopbackAddress()
                && exchange.header("x-forwarded-for").isEmpty() && exchange.header("forwarded").isEmpty();
    }

    private static boolean path(String text) {
        boolean drive = text.length() > 2 && Character.isLetter(text.charAt(0)) && text.charAt(1) == ':'
                && (text.charAt(2) == '\\' || text.charAt(2) == '/');
        return drive || text.startsWith("/") || text.startsWith("./") || text.startsWith("../") || text.startsWith("~/");
    }

    /** The parts of {@code host/namespace/model:tag}; all valid, so none is ever taken for a path. */
    private static String full(String text) {
        return ModelAddress.parse(text, DEFAULTS).map(ModelAddress::full).orElseThrow(ModelReference::invalid);
    }

    static RuntimeFailure invalid() {
        return new RuntimeFailure(ErrorCode.MODEL_NAME_INVALID, "invalid model name");
    }

    private enum Source {
        ANY,
        LOCAL,
        CLOUD
    }

    /** A name without its suffix, and what the suffix says. */
    private record Suffix(String base, Source source) {
        static Suffix of(String text) {
            String lower = text.toLowerCase(Locale.ROOT);
            int colon = lower.lastIndexOf(':');
            if (colon < 0 || lower.indexOf('/', colon) >= 0) {
                return new Suffix(text, Source.ANY);
            }
            if (lower.endsWith(":local")) {
                return new Suffix(text.substring(0, colon), Source.LOCAL);
            }
            if (lower.endsWith(":cloud")) {
                return new Suffix(text.substring(0, colon), Source.CLOUD);
            }
            return lower.endsWith("-cloud") ? new Suffix(text.substring(0, text.length() - 6), Source.CLOUD) : new Suffix(text, Source.ANY);
        }
    }
}
