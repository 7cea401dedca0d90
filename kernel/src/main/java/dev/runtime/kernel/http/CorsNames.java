package dev.runtime.kernel.http;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.List;
import java.util.Properties;

/**
 * Names that browsers and clients use, read from a resource because they are other people's.
 *
 * @param origins patterns of origins on this machine
 * @param schemes schemes of a configured origin
 * @param methods text of the header that allows methods
 * @param headers text of the header that allows headers
 */
record CorsNames(List<String> origins, List<String> schemes, String methods, String headers) {
    /** Reads the resource. */
    static CorsNames read() {
        Properties names = new Properties();
        try (InputStream in = CorsNames.class.getResourceAsStream("cors.properties")) {
            names.load(in);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return new CorsNames(list(names, "origins"), list(names, "schemes"), names.getProperty("methods"), names.getProperty("headers"));
    }

    private static List<String> list(Properties names, String key) {
        return Arrays.stream(names.getProperty(key).split(",")).map(String::strip).toList();
    }
}
