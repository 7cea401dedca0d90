package dev.runtime.kernel.constrain;

import java.util.Set;
import java.util.function.Consumer;

/**
 * Takes what of a schema cannot be enforced.
 *
 * @param to takes each sentence; may throw where that is an error
 */
record SchemaNotes(Consumer<String> to) {
    static final SchemaNotes SILENT = new SchemaNotes(_ -> { });

    /** Keywords that describe and demand nothing. */
    private static final Set<String> ANNOTATIONS = Set.of("$schema", "$id", "$anchor", "$comment", "$defs", "definitions", "$vocabulary", "id",
            "title", "description", "default", "examples", "example", "deprecated", "readOnly", "writeOnly", "contentMediaType",
            "contentEncoding", "contentSchema");

    private static final Set<String> ENFORCED = Set.of("type", "enum", "const", "properties", "required", "additionalProperties",
            "patternProperties", "minProperties", "maxProperties", "items", "prefixItems", "minItems", "maxItems", "pattern", "format", "minLength",
            "maxLength", "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf", "$ref", "anyOf", "oneOf", "allOf",
            "dependentRequired", "uniqueItems", "additionalItems");

    /** Tells whether a keyword demands nothing. */
    static boolean annotation(String keyword) {
        return ANNOTATIONS.contains(keyword) || keyword.startsWith("x-");
    }

    /** Tells whether a keyword is looked at. */
    static boolean enforced(String keyword) {
        return ENFORCED.contains(keyword);
    }

    void unenforced(String keyword, String reason) {
        to.accept("\"" + keyword + "\" of the schema is not enforced: " + reason);
    }
}
