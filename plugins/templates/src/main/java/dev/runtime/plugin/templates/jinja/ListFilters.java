package dev.runtime.plugin.templates.jinja;

import dev.runtime.plugin.templates.jinja.Arguments.Bound;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** Filters of lists and maps that keep or order what is in them. */
final class ListFilters {
    private ListFilters() {}

    static void addTo(Map<String, Filter> filters) {
        filters.put("length", (value, _, _) -> Values.length(value));
        filters.put("count", (value, _, _) -> Values.length(value));
        filters.put("default", (value, arguments, _) -> otherwise(value, arguments));
        filters.put("d", (value, arguments, _) -> otherwise(value, arguments));
        filters.put("list", (value, _, rendering) -> copied(value, rendering));
        filters.put("items", (value, _, rendering) -> entries(value, rendering));
        filters.put("first", (value, _, rendering) -> end(value, true, rendering));
        filters.put("last", (value, _, rendering) -> end(value, false, rendering));
        filters.put("reverse", ListFilters::reversed);
        filters.put("join", ListFilters::joined);
        filters.put("sort", ListFilters::sorted);
        filters.put("dictsort", ListFilters::sortedEntries);
        filters.put("unique", ListFilters::unique);
        filters.put("min", (value, arguments, rendering) -> extreme(value, arguments, 1, rendering));
        filters.put("max", (value, arguments, rendering) -> extreme(value, arguments, -1, rendering));
        filters.put("batch", ListFilters::batches);
        filters.put("slice", ListFilters::columns);
        filters.put("groupby", ListFilters::groups);
        filters.put("attr", (value, arguments, rendering) ->
                Attributes.attribute(value, arguments.bind("attr", "name").text(0), rendering.budget()));
    }

    private static Object otherwise(Object value, Arguments arguments) {
        Bound bound = arguments.bind("default", "default_value", "boolean");
        boolean missing = value instanceof Undefined || bound.flag(1, false) && !Values.truth(value);
        return missing ? bound.value(0, "") : value;
    }

    static List<Object> copied(Object value, Rendering rendering) {
        List<?> items = Values.items(value, rendering.budget());
        rendering.budget().items(items.size());
        return new ArrayList<>(items);
    }

    private static Object entries(Object value, Rendering rendering) {
        return switch (value) {
            case Map<?, ?> map -> Attributes.entries(map, rendering.budget());
            case Undefined _ -> List.of();
            case null, default -> throw TemplateError.type("Can only get item pairs from a mapping.");
        };
    }

    private static Object end(Object value, boolean first, Rendering rendering) {
        List<?> items = Values.items(value, rendering.budget());
        if (items.isEmpty()) {
            return new Undefined("the " + (first ? "first" : "last") + " item of nothing");
        }
        return first ? items.getFirst() : items.getLast();
    }

    private static Object reversed(Object value, Arguments arguments, Rendering rendering) {
        List<Object> items = copied(value, rendering).reversed();
        return value instanceof String ? StringMethods.join("", items, rendering.budget()) : new ArrayList<>(items);
    }

    private static Object joined(Object value, Arguments arguments, Rendering rendering) {
        Bound bound = arguments.bind("join", "d", "attribute");
        String separator = rendering.str(bound.value(0, ""));
        StringBuilder out = new StringBuilder();
        boolean first = true;
        for (Object item : Values.items(value, rendering.budget())) {
            rendering.budget().step();
            if (!first) {
                rendering.budget().append(out, separator);
            }
            rendering.budget().append(out, rendering.str(attribute(item, bound.value(1, null), rendering)));
            first = false;
        }
        return out.toString();
    }

    /** Returns {@code item} with a path of attributes such as {@code a.b.0}; null is the item itself. */
    static Object attribute(Object item, Object path, Rendering rendering) {
        if (path == null) {
            return item;
        }
        if (path instanceof Long) {
            return Attributes.item(item, path, rendering.budget());
        }
        Object value = item;
        for (String part : rendering.str(path).split("\\.", -1)) {
            rendering.budget().step();
            boolean index = !part.isEmpty() && part.length() < 10 && part.chars().allMatch(c -> c >= '0' && c <= '9');
            value = Attributes.item(value, index ? (Object) Long.valueOf(part) : part, rendering.budget());
        }
        return value;
    }

    /** Returns an order by a path of attributes. */
    private static Comparator<Object> order(Object path, boolean caseSensitive, boolean reverse, Rendering rendering) {
        Comparator<Object> order =
                (left, right) ->
                        Values.compare(
                                folded(attribute(left, path, rendering), caseSensitive),
                                folded(attribute(right, path, rendering), caseSensitive),
                                rendering.budget());
        return reverse ? order.reversed() : order;
    }

    private static Object folded(Object value, boolean caseSensitive) {
        return value instanceof String text && !caseSensitive ? text.toLowerCase(Locale.ROOT) : value;
    }

    private static Object sorted(Object value, Arguments arguments, Rendering rendering) {
        Bound bound = arguments.bind("sort", "reverse", "case_sensitive", "attribute");
        List<Object> items = copied(value, rendering);
        items.sort(order(bound.value(2, null), bound.flag(1, false), bound.flag(0, false), rendering));
        return items;
    }

    private static Object sortedEntries(Object value, Arguments arguments, Rendering rendering) {
        Bound bound = arguments.bind("dictsort", "case_sensitive", "by", "reverse");
        if (!(value instanceof Map<?, ?> map)) {
            if (value instanceof Undefined undefined) {
                throw undefined.error();
            }
            throw TemplateError.type("dictsort needs a mapping, not " + Values.typeName(value));
        }
        long part = bound.text(1, "key").equals("value") ? 1 : 0;
        List<Object> entries = Attributes.entries(map, rendering.budget());
        entries.sort(order(part, bound.flag(0, false), bound.flag(2, false), rendering));
        return entries;
    }

    private static Object unique(Object value, Arguments arguments, Rendering rendering) {
        Bound bound = arguments.bind("unique", "case_sensitive", "attribute");
        List<Object> kept = new ArrayList<>();
        Set<Object> seen = new HashSet<>();
        for (Object item : Values.items(value, rendering.budget())) {
            rendering.budget().step();
            if (seen.add(Values.key(folded(attribute(item, bound.value(1, null), rendering), bound.flag(0, false))))) {
                kept.add(item);
            }
        }
        return kept;
    }

    private static Object extreme(Object value, Arguments arguments, int sign, Rendering rendering) {
        Bound bound = arguments.bind("min", "case_sensitive", "attribute");
        Comparator<Object> order = order(bound.value(1, null), bound.flag(0, false), false, rendering);
        Object best = new Undefined("No aggregated item, sequence was empty.");
        for (Object item : Values.items(value, rendering.budget())) {
            if (best instanceof Undefined || sign * order.compare(item, best) < 0) {
                best = item;
            }
        }
        return best;
    }

    private static Object batches(Object value, Arguments arguments, Rendering rendering) {
        Bound bound = arguments.bind("batch", "linecount", "fill_with");
        int size = Math.clamp(bound.integer(0), 1, Integer.MAX_VALUE);
        List<Object> batches = new ArrayList<>();
        List<Object> batch = new ArrayList<>();
        for (Object item : copied(value, rendering)) {
            if (batch.size() == size) {
                batches.add(batch);
                batch = new ArrayList<>();
            }
            batch.add(item);
        }
        if (!batch.isEmpty()) {
            fill(batch, size, bound, rendering);
            batches.add(batch);
        }
        return batches;
    }

    private static void fill(List<Object> part, int size, Bound bound, Rendering rendering) {
        if (bound.value(1, null) != null) {
            rendering.budget().items(size);
            while (part.size() < size) {
                part.add(bound.value(1));
            }
        }
    }

    private static Object columns(Object value, Arguments arguments, Rendering rendering) {
        Bound bound = arguments.bind("slice", "slices", "fill_with");
        List<Object> items = copied(value, rendering);
        int count = Math.clamp(bound.integer(0), 1, Integer.MAX_VALUE);
        rendering.budget().items(count);
        int longer = items.size() % count;
        int size = items.size() / count;
        List<Object> columns = new ArrayList<>();
        int start = 0;
        for (int i = 0; i < count; i++) {
            int end = start + size + (i < longer ? 1 : 0);
            List<Object> column = new ArrayList<>(items.subList(start, end));
            if (i >= longer && longer > 0) {
                fill(column, size + 1, bound, rendering);
            }
            columns.add(column);
            start = end;
        }
        return columns;
    }

    private static Object groups(Object value, Arguments arguments, Rendering rendering) {
        Bound bound = arguments.bind("groupby", "attribute", "default", "case_sensitive");
        boolean caseSensitive = bound.flag(2, false);
        List<Object> keyed = new ArrayList<>();
        for (Object item : copied(value, rendering)) {
            Object key = attribute(item, bound.value(0), rendering);
            keyed.add(Tuple.of(key instanceof Undefined ? bound.value(1, key) : key, item));
        }
        keyed.sort(order(0L, caseSensitive, false, rendering));
        List<Object> groups = new ArrayList<>();
        Object last = Attributes.ABSENT;
        for (Object pair : keyed) {
            Object key = ((Tuple) pair).get(0);
            if (last == Attributes.ABSENT
                    || !Values.equal(folded(last, caseSensitive), folded(key, caseSensitive), rendering.budget())) {
                last = key;
                groups.add(Tuple.of(key, new ArrayList<>()));
            }
            append((Tuple) groups.getLast(), ((Tuple) pair).get(1));
        }
        return groups;
    }

    @SuppressWarnings("unchecked")
    private static void append(Tuple group, Object item) {
        ((List<Object>) group.get(1)).add(item);
    }
}
