package dev.runtime.kernel.store;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.List;
import java.util.Properties;

/** The names of {@code store.properties}. */
final class StoreNames {
    private static final Properties NAMES = read();

    private StoreNames() {}

    static String text(String key) {
        String value = NAMES.getProperty(key);
        if (value == null) {
            throw new IllegalStateException("store.properties lacks " + key);
        }
        return value.strip();
    }

    static List<String> list(String key) {
        return Arrays.stream(text(key).split(",")).map(String::strip).toList();
    }

    private static Properties read() {
        Properties properties = new Properties();
        try (InputStream in = StoreNames.class.getResourceAsStream("store.properties")) {
            properties.load(in);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return properties;
    }
}
