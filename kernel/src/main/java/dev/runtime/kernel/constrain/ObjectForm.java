package dev.runtime.kernel.constrain;

import dev.runtime.api.text.CallForm;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Objects: declared keys in their order, each left out if it is not required, then others if they are allowed. A rule for each key and
 * number of keys before it, so that counts can be kept and commas stand between members only. For one thread.
 */
final class ObjectForm {
    /** Keys times counts of keys. */
    private static final int MOST_RULES = 20_000;
    /** Patterns of keys that are combined: each more doubles the conditions. */
    private static final int MOST_COMBINED = 3;

    private final JsonForms json;
    private final SchemaCompiler values;
    private final SchemaNotes notes;

    ObjectForm(JsonForms json, SchemaCompiler values, SchemaNotes notes) {
        this.json = json;
        this.values = values;
        this.notes = notes;
    }

    /** Returns the objects that keywords allow. */
    Expression object(Map<String, Object> schema) {
        boolean free = !schema.containsKey("properties") && !schema.containsKey("patternProperties") && !schema.containsKey("required")
                && !schema.containsKey("minProperties") && !schema.containsKey("maxProperties");
        if (free && (!schema.containsKey("additionalProperties") || Boolean.TRUE.equals(schema.get("additionalProperties")))) {
            return json.object();
        }
        Members members = new Members(schema);
        List<Expression> options = new ArrayList<>();
        if (members.mayBeEmpty()) {
            options.add(json.brackets("{", Expression.EMPTY, "}"));
        }
        options.add(json.brackets("{", members.some(), "}"));
        return new Expression.Choice(options);
    }

    /** Returns arguments of a call that are written one by one. */
    Expression arguments(Map<String, Object> schema, CallForm.Arguments.Members form) {
        Map<String, Object> closed = new LinkedHashMap<>(schema);
        closed.put("additionalProperties", false);
        Members members = new Members(closed);
        members.form = Optional.of(form);
        List<Expression> options = new ArrayList<>();
        if (members.mayBeEmpty()) {
            options.add(Expression.EMPTY);
        }
        options.add(members.some());
        return new Expression.Choice(options);
    }

    /** The members of one object. */
    private final class Members {
        private final Map<String, Object> properties;
        private final List<String> names;
        private final List<String> required;
        private final int min;
        private final int max;
        /** Other members; nothing if there may be none. */
        private final Expression other;
        /** A larger number of keys makes no difference. */
        private final int cap;
        private final Map<Long, Expression.Reference> rules = new LinkedHashMap<>();
        private final Map<String, Expression> pairs = new LinkedHashMap<>();
        private Optional<CallForm.Arguments.Members> form = Optional.empty();

        Members(Map<String, Object> schema) {
            properties = new LinkedHashMap<>(SchemaParts.object(schema, "properties").orElse(Map.of()));
            required = SchemaParts.texts(schema, "required");
            min = SchemaParts.count(schema, "minProperties", 0);
            max = SchemaParts.count(schema, "maxProperties", Expression.UNLIMITED);
            Map<String, Object> patterns = SchemaParts.object(schema, "patternProperties").orElse(Map.of());
            Map<String, Machine> machines = new LinkedHashMap<>();
            patterns.keySet().forEach(pattern -> values.pattern(pattern).ifPresent(machine -> machines.put(pattern, machine)));
            Object additional = schema.getOrDefault("additionalProperties", properties.isEmpty() && patterns.isEmpty());
            for (String name : required) {
                boolean matched = machines.values().stream().anyMatch(machine -> machine.accepts(name));
                properties.computeIfAbsent(name, _ -> matched ? true : schema.getOrDefault("additionalProperties", true));
            }
            properties.replaceAll((name, value) -> {
                Object all = value;
                for (var pattern : machines.entrySet()) {
                    all = pattern.getValue().accepts(name) ? Map.of("allOf", List.of(all, patterns.get(pattern.getKey()))) : all;
                }
                return all;
            });
            names = List.copyOf(properties.keySet());
            other = others(machines, patterns, additional);
            cap = Math.max(1, max == Expression.UNLIMITED ? min : max);
            if ((long) (names.size() + 1) * (Math.min(cap, names.size()) + 1) > MOST_RULES) {
                throw Refusal.of("an object of the schema has " + names.size() + " properties and counts up to " + cap + " of them");
            }
        }

        boolean mayBeEmpty() {
            return required.isEmpty() && min == 0;
        }

        /** Returns at least one member, if there are any. */
        Expression some() {
            return from(0, 0);
        }

        /** Returns the members from a declared one on, with so many before. */
        private Expression from(int index, int count) {
            if (index == names.size()) {
                return rest(count);
            }
            long key = (long) index << 32 | count;
            Expression.Reference known = rules.get(key);
            if (known != null) {
                return known;
            }
            int rule = json.rules().declare();
            rules.put(key, new Expression.Reference(rule));
            String name = names.get(index);
            List<Expression> options = new ArrayList<>();
            if (count < max) {
                Expression pair = pairs.computeIfAbsent(name, _ -> json.rules().add(pair(name)));
                Expression after = from(index + 1, Math.min(count + 1, cap));
                options.add(count > 0 ? Expression.sequence(separator(), pair, after) : Expression.sequence(pair, after));
            }
            if (!required.contains(name)) {
                options.add(from(index + 1, count));
            }
            json.rules().define(rule, new Expression.Choice(options));
            return rules.get(key);
        }

        /** Returns undeclared members. Several may have the same key, so only one of them counts for the fewest that are needed. */
        private Expression rest(int count) {
            int room = max == Expression.UNLIMITED ? max : max - count;
            Expression next = Expression.sequence(separator(), other);
            if (count == 0) {
                // the empty object is written elsewhere
                int more = room == Expression.UNLIMITED ? room : room - 1;
                return min > 1 || room == 0 ? Expression.NOTHING : Expression.sequence(other, times(next, 0, more));
            }
            if (count >= min) {
                return other == Expression.NOTHING ? Expression.EMPTY : times(next, 0, room);
            }
            return count == min - 1 && room > 0 ? times(next, 1, room) : Expression.NOTHING;
        }

        private static Expression times(Expression body, int min, int max) {
            return new Expression.Repeat(body, min, max);
        }

        private Expression separator() {
            return form.isEmpty() ? json.comma() : Expression.text(form.get().separator());
        }

        private Expression pair(String name) {
            Object schema = properties.get(name);
            if (form.isEmpty()) {
                return Expression.sequence(Expression.text(JsonValues.text(name)), json.colon(), values.value(schema));
            }
            CallForm.Arguments.Members as = form.get();
            Expression value = as.text() ? PlainText.value(values, json, notes, schema, as.close())
                    : Expression.sequence(values.value(schema), Expression.text(as.close()));
            return Expression.sequence(Expression.text(as.open() + name + as.afterKey()), value);
        }

        private Expression others(Map<String, Machine> machines, Map<String, Object> patterns, Object additional) {
            Machine free = Machine.ANYTHING;
            boolean closed = patterns.isEmpty() && Boolean.FALSE.equals(additional);
            if (!closed && !names.isEmpty()) {
                Expression declared = new Expression.Choice(names.stream().map(Expression::text).toList());
                free = values.counted(MachineBuilder.of(declared).not());
            }
            List<Expression> options = new ArrayList<>();
            for (List<String> matching : together(List.copyOf(machines.keySet()))) {
                Machine key = free;
                for (var pattern : machines.entrySet()) {
                    key = values.counted(key.and(matching.contains(pattern.getKey()) ? pattern.getValue() : pattern.getValue().not()));
                }
                List<Object> all = matching.stream().map(patterns::get).toList();
                options.add(pair(key, all.size() == 1 ? all.getFirst() : Map.of("allOf", all)));
            }
            if (!Boolean.FALSE.equals(additional)) {
                Machine key = free;
                for (Machine machine : machines.values()) {
                    key = values.counted(key.and(machine.not()));
                }
                options.add(pair(key, additional));
            }
            if (machines.size() < patterns.size()) {
                notes.unenforced("patternProperties", "one of its patterns cannot be used");
            }
            return options.isEmpty() ? Expression.NOTHING : json.rules().add(new Expression.Choice(options));
        }

        /** Returns which patterns a key may match at once; of many only one, which leaves out keys that match several. */
        private static List<List<String>> together(List<String> patterns) {
            List<List<String>> sets = new ArrayList<>(patterns.stream().map(List::of).toList());
            for (int first = 0; patterns.size() <= MOST_COMBINED && first < sets.size(); first++) {
                List<String> set = sets.get(first);
                for (String more : patterns.subList(patterns.indexOf(set.getLast()) + 1, patterns.size())) {
                    sets.add(Stream.concat(set.stream(), Stream.of(more)).toList());
                }
            }
            return sets;
        }

        private Expression pair(Machine key, Object schema) {
            Expression text = key == Machine.ANYTHING ? json.string()
                    : JsonForms.quoted(key.expression(json.rules(), JsonForms::characters));
            return Expression.sequence(text, json.colon(), values.value(schema));
        }
    }
}
