package dev.runtime.kernel.constrain;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/** What {@code $ref} refers to: parts of the same document only, nothing is fetched. */
final class SchemaReferences {
    private final Map<String, Object> document;

    SchemaReferences(Map<String, Object> document) {
        this.document = document;
    }

    Map<String, Object> document() {
        return document;
    }

    /** Returns the schema at {@code #}, {@code #/pointer} or {@code #anchor}. */
    Object target(String reference) {
        if (!reference.startsWith("#")) {
            if (reference.equals(document.get("$id"))) {
                return document;
            }
            throw Refusal.of("\"$ref\": \"" + reference + "\" is outside of the schema, and nothing is fetched; put it under $defs");
        }
        String pointer = decoded(reference.substring(1));
        if (!pointer.isEmpty() && !pointer.startsWith("/")) {
            Object anchored = anchor(document, pointer, 0);
            if (anchored != null) {
                return anchored;
            }
        }
        Object at = document;
        for (String part : pointer.isEmpty() ? new String[0] : pointer.substring(1).split("/", -1)) {
            String key = part.replace("~1", "/").replace("~0", "~");
            at = switch (at) {
                case Map<?, ?> map -> map.get(key);
                case List<?> list when key.matches("\\d{1,6}") && Integer.parseInt(key) < list.size() -> list.get(Integer.parseInt(key));
                case null, default -> null;
            };
        }
        if (at == null) {
            throw Refusal.of("\"$ref\": \"" + reference + "\" refers to nothing in the schema");
        }
        return at;
    }

    private static String decoded(String text) {
        try {
            return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException _) {
            return text;
        }
    }

    private static Object anchor(Object schema, String name, int depth) {
        if (depth > 64) {
            return null;
        }
        if (schema instanceof Map<?, ?> map) {
            if (name.equals(map.get("$anchor"))) {
                return map;
            }
            return map.values().stream().map(each -> anchor(each, name, depth + 1)).filter(found -> found != null).findFirst().orElse(null);
        }
        return schema instanceof List<?> list
                ? list.stream().map(each -> anchor(each, name, depth + 1)).filter(found -> found != null).findFirst().orElse(null) : null;
    }

    /** Returns a schema as an object. */
    @SuppressWarnings("unchecked")
    static Map<String, Object> map(Object schema) {
        if (schema instanceof Map<?, ?> map) {
            return (Map<String, Object>) map;
        }
        throw Refusal.of("a schema is neither an object nor true or false");
    }
}
