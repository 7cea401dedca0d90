package dev.runtime.plugin.templates.go;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A value with a fixed set of fields.
 *
 * @param type its type's name, for messages
 * @param fields the fields
 * @param json what it is as JSON, and how it prints; null if it prints like any structure
 */
record GoStruct(String type, Map<String, Object> fields, Object json) {
    GoStruct {
        fields = Collections.unmodifiableMap(new LinkedHashMap<>(fields));
    }
}
