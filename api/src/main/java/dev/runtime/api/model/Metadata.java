package dev.runtime.api.model;

import dev.runtime.api.ErrorCode;
import dev.runtime.api.RuntimeFailure;
import dev.runtime.api.Stable;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Typed key-value facts of a model, in one vocabulary of keys for all formats: {@code general.architecture},
 * {@code <architecture>.block_count}, {@code tokenizer.ggml.tokens} and so on. Formats with other words translate to it.
 *
 * <p>Values are {@code Long} (all integers), {@code Double} (all floating point numbers), {@code Boolean},
 * {@code String}, {@code long[]}, {@code double[]}, {@code float[]}, {@code boolean[]} or {@code byte[][]} (arrays of
 * strings, raw bytes, since vocabularies may hold invalid UTF-8). Immutable by convention: callers do not write into arrays.
 */
@Stable
public final class Metadata {
    private final Map<String, Object> values;

    /** Creates from a map of the value types above; keeps the order. */
    public Metadata(Map<String, Object> values) {
        this.values = Collections.unmodifiableMap(new LinkedHashMap<>(values));
    }

    /** Returns all values, in file order. */
    public Map<String, Object> asMap() {
        return values;
    }

    /** Tells whether a key is present. */
    public boolean has(String key) {
        return values.containsKey(key);
    }

    /** Returns a text. */
    public Optional<String> string(String key) {
        return Optional.ofNullable(values.get(key)).map(v -> v instanceof String s ? s : wrong(key, v, "a string"));
    }

    /** Returns a text that must be there. */
    public String requireString(String key) {
        return string(key).orElseThrow(() -> missing(key));
    }

    /** Returns an integer, or the given value if the key is absent; a floating point value must be integral. */
    public long integer(String key, long orElse) {
        Object v = values.get(key);
        return v == null ? orElse : v instanceof Long n ? n
                : v instanceof Double d && d == Math.rint(d) && Math.abs(d) < 0x1p53 ? (long) (double) d : wrong(key, v, "an integer");
    }

    /** Returns an integer that must be there. */
    public long requireInteger(String key) {
        if (!has(key)) {
            throw missing(key);
        }
        return integer(key, 0);
    }

    /**
     * Returns an integer within bounds.
     *
     * @throws RuntimeFailure with {@code model.file_invalid}, key, value and bounds if absent or outside
     */
    public int requireInt(String key, int min, int max) {
        return bounded(key, requireInteger(key), min, max);
    }

    /** Returns an integer within bounds, or the given value if the key is absent. */
    public int intOr(String key, int orElse, int min, int max) {
        return has(key) ? bounded(key, integer(key, 0), min, max) : orElse;
    }

    /** Returns a number, or the given value if the key is absent. */
    public double number(String key, double orElse) {
        Object v = values.get(key);
        return v == null ? orElse : v instanceof Number n ? n.doubleValue() : wrong(key, v, "a number");
    }

    /** Returns a truth value, or the given one if the key is absent. */
    public boolean flag(String key, boolean orElse) {
        Object v = values.get(key);
        return v == null ? orElse : v instanceof Boolean b ? b : wrong(key, v, "a boolean");
    }

    /** Returns an array of strings as raw bytes. */
    public Optional<byte[][]> byteStrings(String key) {
        return Optional.ofNullable(values.get(key)).map(v -> v instanceof byte[][] a ? a : wrong(key, v, "an array of strings"));
    }

    /** Returns an array of strings decoded as UTF-8. */
    public Optional<String[]> strings(String key) {
        return byteStrings(key).map(a -> {
            String[] s = new String[a.length];
            for (int i = 0; i < s.length; i++) {
                s[i] = new String(a[i], StandardCharsets.UTF_8);
            }
            return s;
        });
    }

    /** Returns an array of integers (booleans as 0 and 1). */
    public Optional<long[]> integers(String key) {
        return Optional.ofNullable(values.get(key)).map(v -> switch (v) {
            case long[] a -> a;
            case boolean[] a -> {
                long[] n = new long[a.length];
                for (int i = 0; i < n.length; i++) {
                    n[i] = a[i] ? 1 : 0;
                }
                yield n;
            }
            case Object o -> wrong(key, o, "an array of integers");
        });
    }

    /** Returns an array of numbers as floats. */
    public Optional<float[]> floats(String key) {
        return Optional.ofNullable(values.get(key)).map(v -> {
            if (v instanceof float[] f) {
                return f;
            }
            if (!(v instanceof double[]) && !(v instanceof long[])) {
                return wrong(key, v, "an array of numbers");
            }
            int n = java.lang.reflect.Array.getLength(v);
            float[] f = new float[n];
            for (int i = 0; i < n; i++) {
                f[i] = java.lang.reflect.Array.getFloat(v, i);
            }
            return f;
        });
    }

    /** Returns a copy with one more or other value. */
    public Metadata with(String key, Object value) {
        Map<String, Object> map = new LinkedHashMap<>(values);
        map.put(key, value);
        return new Metadata(map);
    }

    private static int bounded(String key, long value, int min, int max) {
        if (value < min || value > max) {
            throw new RuntimeFailure(ErrorCode.MODEL_FILE_INVALID,
                    key + " is " + value + ", outside " + min + ".." + max + "; the model file is damaged or not supported");
        }
        return (int) value;
    }

    private static RuntimeFailure missing(String key) {
        return new RuntimeFailure(ErrorCode.MODEL_FILE_INVALID, "the model's metadata lacks the key " + key);
    }

    private static <T> T wrong(String key, Object value, String expected) {
        throw new RuntimeFailure(ErrorCode.MODEL_FILE_INVALID,
                "the model's metadata key " + key + " holds " + value.getClass().getSimpleName() + " where " + expected + " is expected");
    }
}
