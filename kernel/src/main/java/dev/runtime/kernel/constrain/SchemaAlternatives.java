package dev.runtime.kernel.constrain;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Turns a schema into alternatives without {@code $ref}, {@code allOf}, {@code anyOf} and {@code oneOf} at their top: each is one list of
 * keywords that hold together. What properties and items must be stays as it is. For one thread.
 */
final class SchemaAlternatives {
    private static final int MOST = 64;
    private static final int MOST_DEPTH = 32;
    private static final Set<String> COMBINING = Set.of("$ref", "allOf", "anyOf", "oneOf", "dependentRequired", "const");

    private final SchemaReferences references;
    private final SchemaNotes notes;
    private int depth;

    SchemaAlternatives(SchemaReferences references, SchemaNotes notes) {
        this.references = references;
        this.notes = notes;
    }

    /** Tells whether a schema is not yet its only alternative. */
    static boolean combines(Map<String, Object> schema) {
        return schema.keySet().stream().anyMatch(COMBINING::contains);
    }

    /** Returns the alternatives; none if nothing is valid. */
    List<Map<String, Object>> of(Object schema) {
        if (schema instanceof Boolean all) {
            return all ? List.of(Map.of()) : List.of();
        }
        if (++depth > MOST_DEPTH) {
            throw Refusal.of("$ref and combinations of the schema are nested more than " + MOST_DEPTH + " levels deep, or refer to themselves");
        }
        Map<String, Object> map = SchemaReferences.map(schema);
        Map<String, Object> own = new LinkedHashMap<>(map);
        own.keySet().removeAll(COMBINING);
        if (map.containsKey("const")) {
            own.put("enum", SchemaMerge.common(list(map.get("const")), own.get("enum")));
        }
        List<Map<String, Object>> all = List.of(own);
        if (map.get("$ref") instanceof String pointer) {
            all = both(all, of(references.target(pointer)));
        }
        for (Object member : SchemaParts.list(map, "allOf")) {
            all = both(all, of(member));
        }
        if (map.containsKey("anyOf")) {
            all = both(all, any(SchemaParts.list(map, "anyOf")));
        }
        if (map.containsKey("oneOf")) {
            List<Object> members = SchemaParts.list(map, "oneOf");
            exclusive(members);
            all = both(all, any(members));
        }
        for (var dependency : SchemaParts.object(map, "dependentRequired").orElse(Map.of()).entrySet()) {
            all = both(all, List.of(Map.of("properties", Map.of(dependency.getKey(), false)),
                    Map.of("required", SchemaParts.texts(SchemaReferences.map(map.get("dependentRequired")), dependency.getKey()))));
        }
        depth--;
        return all;
    }

    private static List<Object> list(Object one) {
        List<Object> list = new ArrayList<>();
        list.add(one);
        return list;
    }

    private List<Map<String, Object>> any(List<Object> members) {
        List<Map<String, Object>> all = new ArrayList<>();
        for (Object member : members) {
            all.addAll(of(member));
            check(all.size());
        }
        return all;
    }

    private List<Map<String, Object>> both(List<Map<String, Object>> left, List<Map<String, Object>> right) {
        check((long) left.size() * right.size());
        List<Map<String, Object>> all = new ArrayList<>();
        for (Map<String, Object> a : left) {
            for (Map<String, Object> b : right) {
                SchemaMerge.of(a, b, notes).ifPresent(all::add);
            }
        }
        return all;
    }

    private static void check(long alternatives) {
        if (alternatives > MOST) {
            throw Refusal.of("combinations of the schema have more than " + MOST + " alternatives");
        }
    }

    /** What fits several members of oneOf is not valid; if that cannot be excluded, it is noted. */
    void exclusive(List<Object> members) {
        if (members.size() > MOST) {
            notes.unenforced("oneOf", "it has too many schemas to compare");
            return;
        }
        for (int i = 0; i < members.size(); i++) {
            for (int j = 0; j < i; j++) {
                if (!disjoint(members.get(i), members.get(j))) {
                    notes.unenforced("oneOf", "some values may fit several of its schemas");
                    return;
                }
            }
        }
    }

    private boolean disjoint(Object left, Object right) {
        for (Map<String, Object> a : of(left)) {
            for (Map<String, Object> b : of(right)) {
                Optional<Map<String, Object>> merged = SchemaMerge.of(a, b, SchemaNotes.SILENT);
                if (merged.isPresent() && !impossible(merged.get())) {
                    return false;
                }
            }
        }
        return true;
    }

    /** Tells whether nothing fits since a required property has no value, or one of a few keywords contradicts another. */
    private boolean impossible(Map<String, Object> schema) {
        Map<String, Object> properties = SchemaParts.object(schema, "properties").orElse(Map.of());
        boolean onlyObjects = "object".equals(schema.get("type"));
        for (String name : SchemaParts.texts(schema, "required")) {
            if (onlyObjects && properties.containsKey(name) && of(properties.get(name)).stream().allMatch(this::impossible)) {
                return true;
            }
        }
        boolean numbers = "integer".equals(schema.get("type")) || "number".equals(schema.get("type"));
        var low = SchemaParts.number(schema, "minimum");
        var high = SchemaParts.number(schema, "maximum");
        return numbers && low.isPresent() && high.isPresent() && low.get().compareTo(high.get()) > 0
                || schema.get("enum") instanceof List<?> values && values.isEmpty();
    }
}
