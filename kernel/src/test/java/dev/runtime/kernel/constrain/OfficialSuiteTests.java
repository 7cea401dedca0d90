package dev.runtime.kernel.constrain;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.runtime.api.RuntimeFailure;
import dev.runtime.api.inference.OutputFormat;
import dev.runtime.kernel.constrain.OfficialSuite.Case;
import java.io.IOException;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/**
 * The JSON Schema Test Suite as far as generation can be judged by it: an automaton derives each valid value and no invalid one.
 *
 * <p>What is derived is stricter than a validator on purpose, so schemas are first written out: a schema without a type allows all, one
 * without {@code additionalProperties} or {@code items} allows any; that is what the standard reads into them. Keys are derived in the
 * order of their declaration, so a value counts as derived if it is with its keys in any order. A schema of which a note says that it
 * is not enforced whole, or that is refused, cannot be judged: those with {@code not}, {@code uniqueItems}, {@code dependencies}, references
 * to other documents, several {@code multipleOf}, and {@code oneOf} whose members may hold at once.
 */
class OfficialSuiteTests {
    private static final List<Object> TYPES = List.of("null", "boolean", "number", "string", "array", "object");
    private static final Set<String> OF_SCHEMAS = Set.of("properties", "patternProperties", "definitions", "$defs");
    private static final Set<String> A_SCHEMA = Set.of("items", "additionalItems", "additionalProperties", "not");
    private static final Set<String> LISTS = Set.of("allOf", "anyOf", "oneOf", "items", "prefixItems");

    private final Map<String, Integer> unjudged = new TreeMap<>();
    private int judged;

    @Test
    void draft4() throws IOException {
        judge(OfficialSuite.draft4(), 196);
    }

    @Test
    void draft2020() throws IOException {
        judge(OfficialSuite.draft2020(), 231);
    }

    private void judge(List<Case> cases, int atLeast) {
        List<String> wrong = new ArrayList<>();
        for (Case each : cases) {
            judge(each, wrong);
        }
        assertEquals(List.of(), wrong, () -> "judged " + judged + " of " + cases.size() + ", not " + unjudged);
        assertTrue(judged >= atLeast, () -> "judged only " + judged + " of " + cases.size() + ", not " + unjudged);
    }

    private void judge(Case each, List<String> wrong) {
        List<String> notes = new ArrayList<>();
        boolean derived;
        try {
            Map<String, Object> schema = SchemaReferences.map(written(each.schema()));
            Rules rules = new Rules();
            Automaton automaton = AutomatonTests.automaton(rules, Constraint.answer(new OutputFormat.Schema(schema), rules, notes::add));
            derived = orders(each.data()).stream().anyMatch(order -> AutomatonTests.accepts(automaton, JsonValues.text(order)));
        } catch (RuntimeFailure e) {
            if (!e.getMessage().endsWith("no text fits it")) {
                unjudged.merge(e.getMessage(), 1, Integer::sum);
                return;
            }
            derived = false;
        }
        if (!notes.isEmpty()) {
            unjudged.merge(notes.getFirst(), 1, Integer::sum);
            return;
        }
        judged++;
        if (derived != each.valid()) {
            wrong.add(each.place() + ": " + JsonValues.text(each.data()) + " is " + (each.valid() ? "valid" : "invalid") + " for " + JsonValues.text(each.schema()));
        }
    }

    /** Returns a schema with all that it leaves unsaid. */
    private static Object written(Object schema) {
        if (!(schema instanceof Map<?, ?> map)) {
            return schema;
        }
        Map<String, Object> all = new LinkedHashMap<>();
        map.forEach((key, value) -> all.put((String) key, switch (value) {
            case Map<?, ?> schemas when OF_SCHEMAS.contains(key) -> {
                Map<String, Object> members = new LinkedHashMap<>();
                schemas.forEach((name, member) -> members.put((String) name, written(member)));
                yield members;
            }
            case Map<?, ?> one when A_SCHEMA.contains(key) -> written(one);
            case List<?> list when LISTS.contains(key) -> list.stream().map(OfficialSuiteTests::written).toList();
            case null, default -> value;
        }));
        if (map.get("$ref") instanceof String) {
            return all;
        }
        all.putIfAbsent("type", TYPES);
        all.putIfAbsent("additionalProperties", true);
        if (all.get("items") instanceof List) {
            all.putIfAbsent("additionalItems", true);
        } else {
            all.putIfAbsent("items", true);
        }
        return all;
    }

    /** Returns a value with its keys in all orders; whole numbers without a point, as they are written. */
    private static List<Object> orders(Object value) {
        return switch (value) {
            case Map<?, ?> map -> {
                List<Object> orders = new ArrayList<>();
                permute(new ArrayList<>(map.entrySet()), new LinkedHashMap<>(), orders);
                yield orders;
            }
            case List<?> list -> {
                List<Object> orders = new ArrayList<>(List.of(List.of()));
                for (Object item : list) {
                    List<Object> longer = new ArrayList<>();
                    for (Object before : orders) {
                        for (Object each : orders(item)) {
                            List<Object> next = new ArrayList<>((List<?>) before);
                            next.add(each);
                            longer.add(next);
                        }
                    }
                    orders = longer;
                }
                yield orders;
            }
            case Double number when number == Math.rint(number) && Math.abs(number) < 1e15 -> List.of(BigDecimal.valueOf(number).toBigInteger());
            case null -> java.util.Collections.singletonList(null);
            default -> List.of(value);
        };
    }

    private static void permute(List<Map.Entry<?, ?>> left, Map<Object, Object> begun, List<Object> orders) {
        if (left.isEmpty()) {
            orders.add(new LinkedHashMap<>(begun));
        }
        for (Map.Entry<?, ?> next : List.copyOf(left)) {
            left.remove(next);
            for (Object value : orders(next.getValue())) {
                begun.put(next.getKey(), value);
                permute(left, begun, orders);
            }
            begun.remove(next.getKey());
            left.add(next);
        }
        assertTrue(orders.size() < 10_000, "too many orders");
    }
}
