package dev.runtime.kernel.constrain;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** Schemas of all enforced keywords by a seed. Most are satisfiable. */
final class RandomSchemas {
    private static final List<String> NAMES = List.of("id", "name", "käse", "a\"b", "items", "x-1", "value");
    private static final List<String> PATTERNS = List.of("^[a-z]{1,5}$", "[0-9]+", "^(foo|bar)?$", "^\\w+-\\d{2}$", "^[^\\s\"]{2,8}$", "ab|cd");
    /** Not email: the validator knows a list of top-level domains. */
    private static final List<String> FORMATS = List.of("date", "time", "date-time", "uuid", "ipv4", "ipv6", "hostname", "uri");

    private final Random random;

    RandomSchemas(long seed) {
        random = new Random(seed);
    }

    /** Returns a schema; recursive ones refer to {@code #/$defs/node}. */
    Map<String, Object> next() {
        Map<String, Object> schema = any(3);
        if (random.nextInt(5) == 0) {
            Map<String, Object> node = object(1);
            Object next = Map.of("anyOf", List.of(Map.of("type", "null"), Map.of("$ref", "#/$defs/node")));
            SchemaReferences.map(node.computeIfAbsent("properties", _ -> new LinkedHashMap<>())).put("next", next);
            schema = new LinkedHashMap<>(Map.of("type", "object", "required", List.of("tree"), "properties",
                    Map.of("tree", Map.of("$ref", "#/$defs/node"), "more", schema)));
            schema.put("$defs", Map.of("node", node));
        }
        return schema;
    }

    private Map<String, Object> any(int depth) {
        Map<String, Object> schema = switch (random.nextInt(depth > 0 ? 11 : 6)) {
            case 0 -> string();
            case 1 -> number("number");
            case 2 -> number("integer");
            case 3 -> Map.of("type", "boolean");
            case 4 -> Map.of("enum", List.of(1L, "zwei", List.of(3L, Map.of("k", "v")), false).subList(0, 1 + random.nextInt(4)));
            case 5 -> Map.of("type", List.of("string", "null", "integer").subList(0, 1 + random.nextInt(3)));
            case 6, 7 -> object(depth - 1);
            case 8 -> array(depth - 1);
            case 9 -> Map.of("anyOf", List.of(any(depth - 1), any(depth - 1)));
            default -> Map.of("allOf", List.of(object(depth - 1),
                    Map.of("properties", Map.of("extra", any(depth - 1)), "required", List.of("extra"))));
        };
        Map<String, Object> all = new LinkedHashMap<>(schema);
        if (random.nextInt(4) == 0) {
            all.put("description", "about");
        }
        return all;
    }

    private Map<String, Object> string() {
        Map<String, Object> schema = new LinkedHashMap<>(Map.of("type", "string"));
        switch (random.nextInt(4)) {
            case 0 -> schema.put("pattern", PATTERNS.get(random.nextInt(PATTERNS.size())));
            case 1 -> schema.put("format", FORMATS.get(random.nextInt(FORMATS.size())));
            case 2 -> {
                schema.put("minLength", (long) random.nextInt(4));
                schema.put("maxLength", 4L + random.nextInt(20));
            }
            default -> { }
        }
        if (schema.containsKey("pattern") && random.nextBoolean()) {
            schema.put("maxLength", 6L);
        }
        return schema;
    }

    private Map<String, Object> number(String type) {
        Map<String, Object> schema = new LinkedHashMap<>(Map.of("type", type));
        double low = random.nextInt(200) - 100 + (random.nextBoolean() ? random.nextInt(1000) / 1000.0 : 0);
        if (random.nextBoolean()) {
            schema.put(random.nextBoolean() ? "minimum" : "exclusiveMinimum", low);
        }
        if (random.nextBoolean()) {
            schema.put(random.nextBoolean() ? "maximum" : "exclusiveMaximum", low + 2 + random.nextInt(5000) / 10.0);
        }
        if (random.nextInt(4) == 0) {
            schema.put("multipleOf", type.equals("integer") ? (Object) (2L + random.nextInt(11) % 2) : (Object) 0.01);
        }
        return schema;
    }

    private Map<String, Object> object(int depth) {
        Map<String, Object> schema = new LinkedHashMap<>(Map.of("type", "object"));
        Map<String, Object> properties = new LinkedHashMap<>();
        List<String> required = new ArrayList<>();
        for (String name : NAMES) {
            if (random.nextInt(3) == 0) {
                properties.put(name, depth > 0 ? any(depth) : string());
                if (random.nextBoolean()) {
                    required.add(name);
                }
            }
        }
        schema.put("properties", properties);
        schema.put("required", required);
        switch (random.nextInt(6)) {
            case 0 -> schema.put("additionalProperties", false);
            case 1 -> schema.put("additionalProperties", string());
            case 2 -> schema.put("minProperties", (long) Math.min(2, properties.size()));
            case 3 -> schema.put("maxProperties", (long) Math.max(1, required.size()));
            case 4 -> schema.put("patternProperties", Map.of("^(n|x)",
                    Map.of("type", List.of("string", "integer", "object", "array", "boolean", "number", "null"))));
            default -> { }
        }
        return schema;
    }

    private Map<String, Object> array(int depth) {
        Map<String, Object> schema = new LinkedHashMap<>(Map.of("type", "array", "items", any(depth)));
        if (random.nextInt(3) == 0) {
            schema.put("prefixItems", List.of(any(depth), string()));
        }
        if (random.nextBoolean()) {
            schema.put("minItems", (long) random.nextInt(3));
            schema.put("maxItems", 3L + random.nextInt(3));
        }
        return schema;
    }
}
