package dev.runtime.kernel.store;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;

/**
 * The last used results of a function whose result depends on the installed extensions: forgotten when those change.
 * Safe for use by many threads; two that ask at the same time may both compute.
 *
 * @param <K> the argument
 * @param <V> the result
 */
final class Recent<K, V> {
    private final Map<K, V> values;
    private int generation;

    Recent(int most) {
        values = new LinkedHashMap<>(16, 0.75f, true) {
            @Override
            protected boolean removeEldestEntry(Map.Entry<K, V> eldest) {
                return size() > most;
            }
        };
    }

    V get(K key, Function<K, V> function) {
        int before;
        synchronized (this) {
            V known = values.get(key);
            if (known != null) {
                return known;
            }
            before = generation;
        }
        V value = function.apply(key);
        synchronized (this) {
            if (before == generation) {
                values.put(key, value);
            }
        }
        return value;
    }

    synchronized void forget() {
        values.clear();
        generation++;
    }
}
