package dev.runtime.kernel.constrain;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/** Two lists of keywords as one that says both. */
final class SchemaMerge {
    private static final Set<String> LEAST = Set.of("minLength", "minItems", "minProperties", "minimum", "exclusiveMinimum");
    private static final Set<String> MOST = Set.of("maxLength", "maxItems", "maxProperties", "maximum", "exclusiveMaximum");
    private static final List<String> TYPES = List.of("object", "array", "string", "number", "integer", "boolean", "null");

    private SchemaMerge() {}

    /** Returns both, empty if they contradict each other. */
    static Optional<Map<String, Object>> of(Map<String, Object> a, Map<String, Object> b, SchemaNotes notes) {
        Map<String, Object> all = new LinkedHashMap<>(a);
        b.forEach((key, value) -> {
            if (!all.containsKey(key)) {
                all.put(key, value);
            } else if (!JsonValues.same(all.get(key), value)) {
                all.put(key, merged(key, a, b, notes));
            }
        });
        if (a.containsKey("additionalProperties") || b.containsKey("additionalProperties")) {
            closeProperties(a, b, all);
        }
        if (a.containsKey("items") != b.containsKey("items") || a.containsKey("prefixItems") || b.containsKey("prefixItems")) {
            items(a, b, all);
        }
        boolean contradiction = all.get("type") instanceof List<?> types && types.isEmpty()
                || all.get("enum") instanceof List<?> values && values.isEmpty();
        return contradiction ? Optional.empty() : Optional.of(all);
    }

    private static Object merged(String key, Map<String, Object> a, Map<String, Object> b, SchemaNotes notes) {
        Object left = a.get(key);
        Object right = b.get(key);
        if (LEAST.contains(key) || MOST.contains(key)) {
            BigDecimal x = SchemaParts.number(a, key).orElseThrow();
            BigDecimal y = SchemaParts.number(b, key).orElseThrow();
            return LEAST.contains(key) ? x.max(y) : x.min(y);
        }
        return switch (key) {
            case "type" -> types(types(left), types(right));
            case "enum" -> common(left, right);
            case "required", "pattern", "format" -> {
                List<Object> both = new ArrayList<>(SchemaParts.texts(a, key));
                SchemaParts.texts(b, key).stream().filter(text -> !both.contains(text)).forEach(both::add);
                yield both;
            }
            case "properties", "patternProperties" -> {
                Map<String, Object> both = new LinkedHashMap<>(SchemaReferences.map(left));
                SchemaReferences.map(right).forEach((name, schema) -> both.merge(name, schema, SchemaMerge::all));
                yield both;
            }
            case "additionalProperties", "items", "propertyNames" -> all(left, right);
            case "uniqueItems" -> true;
            case "multipleOf" -> {
                BigDecimal x = SchemaParts.number(a, key).orElseThrow();
                BigDecimal y = SchemaParts.number(b, key).orElseThrow();
                if (x.signum() > 0 && y.signum() > 0 && x.remainder(y).signum() == 0) {
                    yield x;
                }
                if (x.signum() > 0 && y.signum() > 0 && y.remainder(x).signum() != 0) {
                    notes.unenforced("multipleOf", "two of them hold at once");
                }
                yield y;
            }
            default -> {
                if (!SchemaNotes.annotation(key)) {
                    notes.unenforced(key, "two of them hold at once");
                }
                yield left;
            }
        };
    }

    /** Returns a schema that says two. */
    private static Object all(Object left, Object right) {
        return Map.of("allOf", List.of(left, right));
    }

    /** Names that one side does not know are its additional properties. */
    private static void closeProperties(Map<String, Object> a, Map<String, Object> b, Map<String, Object> all) {
        Map<String, Object> both = new LinkedHashMap<>(SchemaParts.object(all, "properties").orElse(Map.of()));
        Map<String, Object> left = SchemaParts.object(a, "properties").orElse(Map.of());
        Map<String, Object> right = SchemaParts.object(b, "properties").orElse(Map.of());
        both.replaceAll((name, schema) -> {
            Object more = schema;
            more = !left.containsKey(name) && a.containsKey("additionalProperties") ? all(more, a.get("additionalProperties")) : more;
            return !right.containsKey(name) && b.containsKey("additionalProperties") ? all(more, b.get("additionalProperties")) : more;
        });
        if (!both.isEmpty()) {
            all.put("properties", both);
        }
    }

    /** Items beyond one side's tuple are its other items. */
    private static void items(Map<String, Object> a, Map<String, Object> b, Map<String, Object> all) {
        List<Object> left = SchemaParts.list(a, "prefixItems");
        List<Object> right = SchemaParts.list(b, "prefixItems");
        List<Object> tuple = new ArrayList<>();
        for (int i = 0; i < Math.max(left.size(), right.size()); i++) {
            Object x = i < left.size() ? left.get(i) : a.getOrDefault("items", true);
            Object y = i < right.size() ? right.get(i) : b.getOrDefault("items", true);
            tuple.add(all(x, y));
        }
        if (!tuple.isEmpty()) {
            all.put("prefixItems", tuple);
        }
    }

    /** Returns the types that a value of {@code type} names, all for none. */
    static List<String> types(Object type) {
        List<String> types = switch (type) {
            case null -> TYPES;
            case String one -> List.of(one);
            case List<?> several -> several.stream().map(String::valueOf).toList();
            default -> throw SchemaParts.wrong("type", "a text or an array");
        };
        for (String each : types) {
            if (!TYPES.contains(each)) {
                throw Refusal.of("\"type\" of the schema is \"" + each + "\", which is none of " + TYPES);
            }
        }
        return types;
    }

    private static List<String> types(List<String> a, List<String> b) {
        List<String> common = new ArrayList<>();
        for (String type : a) {
            if (b.contains(type) || type.equals("integer") && b.contains("number")) {
                common.add(type);
            } else if (type.equals("number") && b.contains("integer")) {
                common.add("integer");
            }
        }
        return common.stream().distinct().toList();
    }

    /** Returns the values of both lists; a list that is not there allows all. */
    static List<Object> common(Object left, Object right) {
        List<Object> values = new ArrayList<>();
        for (Object value : (List<?>) Objects.requireNonNullElse(left, right)) {
            if (left == null || right == null || right instanceof List<?> others && others.stream().anyMatch(o -> JsonValues.same(o, value))) {
                values.add(value);
            }
        }
        return values;
    }
}
