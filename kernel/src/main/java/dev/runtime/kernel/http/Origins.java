package dev.runtime.kernel.http;

import dev.runtime.api.ErrorCode;
import dev.runtime.api.RuntimeFailure;
import dev.runtime.api.config.CoreKeys;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * The origins of web pages that may call the server. Immutable.
 *
 * @param patterns lower case; each with at most one {@code *}
 */
record Origins(List<String> patterns) {
    private static final String ALL = "*";

    /**
     * Adds configured origins to those of this machine.
     *
     * @throws RuntimeFailure with {@code config.invalid} for one that no browser would send
     */
    static Origins of(CorsNames names, List<String> configured) {
        List<String> patterns = new ArrayList<>();
        for (String entry : configured) {
            String origin = entry.strip().toLowerCase(Locale.ROOT);
            check(origin, names);
            patterns.add(origin);
        }
        patterns.addAll(names.origins());
        return new Origins(List.copyOf(patterns));
    }

    private static void check(String origin, CorsNames names) {
        int star = origin.indexOf('*');
        if (star >= 0 && star == origin.lastIndexOf('*')) {
            return;
        }
        int scheme = origin.indexOf("://");
        if (star >= 0 || scheme < 0 || !names.schemes().contains(origin.substring(0, scheme))) {
            throw new RuntimeFailure(ErrorCode.CONFIG_INVALID, CoreKeys.ORIGINS.name() + " has \"" + origin
                    + "\"; expected scheme://host[:port] with one of the schemes " + String.join(", ", names.schemes())
                    + ", or a text with one *");
        }
    }

    /** Tells whether every origin may call. */
    boolean all() {
        return patterns.contains(ALL);
    }

    /** Tells whether pages of an origin may call. */
    boolean allow(String origin) {
        String text = origin.toLowerCase(Locale.ROOT);
        for (String pattern : patterns) {
            if (matches(pattern, text)) {
                return true;
            }
        }
        return false;
    }

    private static boolean matches(String pattern, String origin) {
        int star = pattern.indexOf('*');
        if (star < 0) {
            return pattern.equals(origin);
        }
        String before = pattern.substring(0, star);
        String after = pattern.substring(star + 1);
        if (origin.length() < before.length() + after.length() || !origin.startsWith(before) || !origin.endsWith(after)) {
            return false;
        }
        // after "host:" only a port: "http://localhost:1@evil.example" is another host
        String middle = origin.substring(before.length(), origin.length() - after.length());
        return !before.endsWith(":") || !after.isEmpty() || !middle.isEmpty() && middle.chars().allMatch(c -> c >= '0' && c <= '9');
    }
}
