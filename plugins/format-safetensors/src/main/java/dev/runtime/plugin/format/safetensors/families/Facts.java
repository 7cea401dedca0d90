package dev.runtime.plugin.format.safetensors.families;

import java.util.LinkedHashMap;
import java.util.Map;

/** Metadata in the making. Numbers with a fraction are rounded to 32 bits, as files keep them. For one thread. */
public final class Facts {
    private final Map<String, Object> values = new LinkedHashMap<>();
    private final String prefix;

    /** Creates metadata of an architecture; its name comes before the keys of {@code own}. */
    public Facts(String architecture) {
        this.prefix = architecture + ".";
        values.put("general.architecture", architecture);
    }

    /** Adds a value under its whole key. */
    public Facts put(String key, Object value) {
        values.put(key, value instanceof Double d ? (double) (float) (double) d : value);
        return this;
    }

    /** Adds an integer under a key of the architecture. */
    Facts own(String key, long value) {
        return put(prefix + key, value);
    }

    /** Adds a number under a key of the architecture. */
    Facts own(String key, double value) {
        return put(prefix + key, value);
    }

    /** Adds a text under a key of the architecture. */
    Facts own(String key, String value) {
        return put(prefix + key, value);
    }

    /** Adds any value under a key of the architecture. */
    Facts ownValue(String key, Object value) {
        return put(prefix + key, value);
    }

    /** Returns all values. */
    public Map<String, Object> values() {
        return values;
    }
}
