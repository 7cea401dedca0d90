package dev.runtime.kernel.constrain;

import dev.runtime.api.RuntimeFailure;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Turns a JSON schema (draft 2020-12, and what the drafts before call the same) into expressions. Every text that it derives is valid; of
 * the valid ones it leaves out some: keys in another order than declared, keys that are not declared unless
 * {@code additionalProperties} allows them, numbers that are very long. Where a schema says no type, its other keywords tell which is
 * meant. For one thread.
 */
final class SchemaCompiler {
    /** Schemas in schemas. */
    private static final int MOST_DEPTH = 128;
    private static final int MOST_STATES = 20_000;

    private final JsonForms json;
    private final SchemaNotes notes;
    private final SchemaReferences references;
    private final SchemaAlternatives alternatives;
    private final ObjectForm objects;
    private final Map<String, Expression> byPointer = new HashMap<>();
    private final Map<Map<String, Object>, Expression> byCombination = new HashMap<>();
    private final Map<String, Machine> machines = new HashMap<>();
    private int states;
    private int depth;

    SchemaCompiler(JsonForms json, Map<String, Object> document, SchemaNotes notes) {
        this.json = json;
        this.notes = notes;
        references = new SchemaReferences(document);
        alternatives = new SchemaAlternatives(references, notes);
        objects = new ObjectForm(json, this, notes);
    }

    /** Returns the values that a schema allows. */
    Expression value(Object schema) {
        if (schema instanceof Boolean any) {
            return any ? json.value() : Expression.NOTHING;
        }
        Map<String, Object> map = SchemaReferences.map(schema);
        List<String> demands = map.keySet().stream().filter(key -> !SchemaNotes.annotation(key)).toList();
        if (demands.isEmpty()) {
            return json.value();
        }
        if (++depth > MOST_DEPTH) {
            throw Refusal.of("the schema is nested more than " + MOST_DEPTH + " levels deep");
        }
        Expression value;
        if (demands.equals(List.of("$ref")) && map.get("$ref") instanceof String pointer) {
            value = referred(pointer);
        } else if (demands.equals(List.of("anyOf")) || demands.equals(List.of("oneOf"))) {
            List<Object> members = SchemaParts.list(map, demands.getFirst());
            if (demands.getFirst().equals("oneOf")) {
                alternatives.exclusive(members);
            }
            value = new Expression.Choice(members.stream().map(this::value).toList());
        } else {
            value = SchemaAlternatives.combines(map) ? combined(map) : plain(map);
        }
        depth--;
        return value;
    }

    /** Combinations are rules too: one that refers to itself comes back to the same combination. */
    private Expression combined(Map<String, Object> map) {
        Expression known = byCombination.get(map);
        if (known != null) {
            return known;
        }
        int rule = json.rules().declare();
        byCombination.put(map, new Expression.Reference(rule));
        json.rules().define(rule, new Expression.Choice(alternatives.of(map).stream().map(this::plain).toList()));
        return byCombination.get(map);
    }

    /** Parts that are referred to are rules, so that they may refer to themselves. */
    private Expression referred(String pointer) {
        Expression known = byPointer.get(pointer);
        if (known != null) {
            return known;
        }
        int rule = json.rules().declare();
        byPointer.put(pointer, new Expression.Reference(rule));
        json.rules().define(rule, value(references.target(pointer)));
        return byPointer.get(pointer);
    }

    /** Returns the alternatives of the object that a schema allows; none if it allows no object. */
    List<Map<String, Object>> objects(Object schema) {
        return alternatives.of(schema).stream().filter(each -> types(each).contains("object")).toList();
    }

    /** Returns the alternatives in which a schema allows text. */
    List<Map<String, Object>> texts(Object schema) {
        return alternatives.of(schema).stream().filter(each -> types(each).contains("string")
                && (!each.containsKey("enum") || SchemaParts.list(each, "enum").stream().anyMatch(String.class::isInstance))).toList();
    }

    /** Returns what keywords allow that need no more combining. */
    private Expression plain(Map<String, Object> schema) {
        for (String key : schema.keySet()) {
            if (!SchemaNotes.annotation(key) && !SchemaNotes.enforced(key)) {
                notes.unenforced(key, "this version cannot generate by it");
            }
        }
        if (schema.containsKey("enum")) {
            return listed(schema);
        }
        List<Expression> options = new ArrayList<>();
        for (String type : types(schema)) {
            options.add(switch (type) {
                case "object" -> objects.object(schema);
                case "array" -> array(schema);
                case "string" -> string(schema);
                case "number" -> number(schema, false);
                case "integer" -> number(schema, true);
                case "boolean" -> JsonForms.bool();
                default -> Expression.text("null");
            });
        }
        return new Expression.Choice(options);
    }

    /** Returns the types that are meant. */
    private static List<String> types(Map<String, Object> schema) {
        if (schema.containsKey("type")) {
            List<String> types = SchemaMerge.types(schema.get("type"));
            return types.contains("number") ? types.stream().filter(type -> !type.equals("integer")).toList() : types;
        }
        List<String> meant = new ArrayList<>();
        schema.keySet().forEach(key -> meantBy(key).filter(type -> !meant.contains(type)).ifPresent(meant::add));
        return meant.isEmpty() ? SchemaMerge.types(null).stream().filter(type -> !type.equals("integer")).toList() : meant;
    }

    private static Optional<String> meantBy(String keyword) {
        return Optional.ofNullable(switch (keyword) {
            case "properties", "required", "additionalProperties", "patternProperties", "minProperties", "maxProperties" -> "object";
            case "items", "prefixItems", "minItems", "maxItems", "uniqueItems" -> "array";
            case "pattern", "format", "minLength", "maxLength" -> "string";
            case "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf" -> "number";
            default -> null;
        });
    }

    /** Of listed values those that fit the other keywords too. */
    private Expression listed(Map<String, Object> schema) {
        Map<String, Object> others = new LinkedHashMap<>(schema);
        others.remove("enum");
        boolean more = others.keySet().stream().anyMatch(key -> !SchemaNotes.annotation(key) && !key.equals("type"));
        List<String> types = SchemaMerge.types(schema.get("type"));
        Predicate<Object> fits = more ? fitting(others) : _ -> true;
        List<Expression> values = new ArrayList<>();
        for (Object value : SchemaParts.list(schema, "enum")) {
            if (JsonValues.is(value, types) && fits.test(value)) {
                values.add(Expression.text(JsonValues.text(value)));
            }
        }
        return new Expression.Choice(values);
    }

    private Predicate<Object> fitting(Map<String, Object> schema) {
        Rules rules = new Rules();
        SchemaCompiler compiler = new SchemaCompiler(new JsonForms(rules), references.document(), SchemaNotes.SILENT);
        try {
            Automaton automaton = new Automaton(NetworkBuilder.build(rules, rules.add(compiler.value(schema)).rule()));
            return value -> automaton.next(automaton.start(), JsonValues.text(value).getBytes(StandardCharsets.UTF_8)).complete();
        } catch (RuntimeFailure _) {
            // no text fits the other keywords
            return _ -> false;
        }
    }

    private Expression string(Map<String, Object> schema) {
        int min = SchemaParts.count(schema, "minLength", 0);
        int max = SchemaParts.count(schema, "maxLength", Expression.UNLIMITED);
        if (min > max) {
            return Expression.NOTHING;
        }
        Machine machine = null;
        for (String pattern : SchemaParts.texts(schema, "pattern")) {
            machine = and(machine, pattern(pattern).orElse(null));
        }
        for (String format : SchemaParts.texts(schema, "format")) {
            machine = and(machine, format(format).orElse(null));
        }
        if (machine == null) {
            return min == 0 && max == Expression.UNLIMITED ? json.string()
                    : JsonForms.quoted(new Expression.Repeat(json.anyCharacter(), min, max));
        }
        try {
            Machine bounded = counted(machine.and(Machine.length(min, max)));
            return JsonForms.quoted(bounded.expression(json.rules(), JsonForms::characters));
        } catch (RuntimeFailure e) {
            notes.unenforced("minLength and maxLength", "together with the other conditions on the text they are too large");
            return JsonForms.quoted(machine.expression(json.rules(), JsonForms::characters));
        }
    }

    private Machine and(Machine left, Machine right) {
        if (left == null || right == null) {
            return left == null ? right : left;
        }
        try {
            return counted(left.and(right));
        } catch (RuntimeFailure e) {
            notes.unenforced("pattern", "together with the other conditions on the text it is too large");
            return left;
        }
    }

    /** Returns the strings that a pattern allows; none if it cannot be enforced. */
    Optional<Machine> pattern(String pattern) {
        try {
            return Optional.of(machines.computeIfAbsent(pattern, text -> counted(MachineBuilder.of(PatternReader.part(text)))));
        } catch (RuntimeFailure e) {
            notes.unenforced("pattern", e.getMessage());
            return Optional.empty();
        }
    }

    /** Counts what a machine took: many large ones would take long. */
    Machine counted(Machine machine) {
        states += machine.ways().size();
        if (states > MOST_STATES) {
            throw Refusal.of("conditions on texts need more than " + MOST_STATES + " states together");
        }
        return machine;
    }

    private Optional<Machine> format(String format) {
        Optional<Machine> known = StringFormats.of(format).map(this::counted);
        if (known.isEmpty()) {
            notes.unenforced("format", "\"" + format + "\" is none that can be generated");
        }
        return known;
    }

    private Expression number(Map<String, Object> schema, boolean integer) {
        NumberForm.Bounds bounds = bounds(schema);
        Optional<BigDecimal> divisor = SchemaParts.number(schema, "multipleOf");
        if (divisor.isPresent()) {
            try {
                Expression multiples = NumberForm.multiples(json.rules(), bounds, divisor.get(), integer);
                if (multiples != null) {
                    return multiples;
                }
            } catch (RuntimeFailure e) {
                // too large, as below
            }
            notes.unenforced("multipleOf", divisor.get() + " is neither a whole number up to some hundreds nor 0.1, 0.01 and so on");
        }
        if (bounds.none()) {
            return integer ? json.integer() : json.number();
        }
        return integer ? NumberForm.integers(bounds) : NumberForm.decimals(bounds, Expression.UNLIMITED);
    }

    private static NumberForm.Bounds bounds(Map<String, Object> schema) {
        Optional<BigDecimal> min = SchemaParts.number(schema, "minimum");
        Optional<BigDecimal> max = SchemaParts.number(schema, "maximum");
        // older drafts say true or false
        boolean minFlag = Boolean.TRUE.equals(schema.get("exclusiveMinimum"));
        boolean maxFlag = Boolean.TRUE.equals(schema.get("exclusiveMaximum"));
        Optional<BigDecimal> above = exclusive(schema, "exclusiveMinimum");
        Optional<BigDecimal> under = exclusive(schema, "exclusiveMaximum");
        boolean lowOpen = min.isEmpty() || above.isPresent() && above.get().compareTo(min.get()) >= 0;
        boolean highOpen = max.isEmpty() || under.isPresent() && under.get().compareTo(max.get()) <= 0;
        var bounds = new NumberForm.Bounds(lowOpen ? above.orElse(null) : min.get(), lowOpen || minFlag,
                highOpen ? under.orElse(null) : max.get(), highOpen || maxFlag);
        if (bounds.tooLong()) {
            throw Refusal.of("a bound of a number has more than a hundred digits");
        }
        return bounds;
    }

    private static Optional<BigDecimal> exclusive(Map<String, Object> schema, String key) {
        return schema.get(key) instanceof Boolean ? Optional.empty() : SchemaParts.number(schema, key);
    }

    private Expression array(Map<String, Object> schema) {
        if (Boolean.TRUE.equals(schema.get("uniqueItems")) && SchemaParts.count(schema, "maxItems", Expression.UNLIMITED) > 1) {
            notes.unenforced("uniqueItems", "items are generated one by one");
        }
        // older drafts write the tuple as a list of items
        boolean old = schema.get("items") instanceof List<?>;
        List<Object> tuple = SchemaParts.list(schema, old ? "items" : "prefixItems");
        Object items = old ? schema.getOrDefault("additionalItems", tuple.isEmpty()) : schema.getOrDefault("items", tuple.isEmpty());
        int min = SchemaParts.count(schema, "minItems", 0);
        int max = SchemaParts.count(schema, "maxItems", Expression.UNLIMITED);
        if (!schema.containsKey("items") && !tuple.isEmpty() && min > tuple.size()) {
            items = true;
        }
        List<Expression> options = new ArrayList<>();
        if (min == 0) {
            options.add(json.brackets("[", Expression.EMPTY, "]"));
        }
        if (max > 0 && min <= max) {
            options.add(json.brackets("[", filled(tuple, items, min, max), "]"));
        }
        return new Expression.Choice(options);
    }

    /** Returns at least one item. */
    private Expression filled(List<Object> tuple, Object items, int min, int max) {
        Expression other = Boolean.FALSE.equals(items) ? Expression.NOTHING : json.rules().add(value(items));
        int more = max == Expression.UNLIMITED ? max : Math.max(0, max - tuple.size());
        int atLeast = Math.max(0, min - tuple.size());
        Expression rest = other == Expression.NOTHING ? atLeast > 0 ? Expression.NOTHING : Expression.EMPTY
                : new Expression.Repeat(Expression.sequence(json.comma(), other), atLeast, more);
        if (tuple.isEmpty()) {
            return other == Expression.NOTHING ? other : json.list(other, Math.max(1, min), max);
        }
        for (int i = Math.min(tuple.size(), max) - 1; i >= 0; i--) {
            List<Expression> parts = new ArrayList<>();
            if (i > 0) {
                parts.add(json.comma());
            }
            parts.add(value(tuple.get(i)));
            parts.add(rest);
            Expression here = new Expression.Sequence(parts);
            // from the item before on, the tuple may end here if there are enough
            rest = i > 0 && i >= min ? Expression.choice(Expression.EMPTY, here) : here;
        }
        return rest;
    }
}
