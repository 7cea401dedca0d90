package dev.runtime.plugin.templates.jinja;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Filters that apply a filter or a test to each item. */
final class SelectFilters {
    private SelectFilters() {}

    static void addTo(Map<String, Filter> filters) {
        filters.put("map", SelectFilters::mapped);
        filters.put("select", (value, arguments, rendering) -> selected(value, arguments, false, true, rendering));
        filters.put("reject", (value, arguments, rendering) -> selected(value, arguments, false, false, rendering));
        filters.put("selectattr", (value, arguments, rendering) -> selected(value, arguments, true, true, rendering));
        filters.put("rejectattr", (value, arguments, rendering) -> selected(value, arguments, true, false, rendering));
    }

    private static Object mapped(Object value, Arguments arguments, Rendering rendering) {
        boolean byAttribute = arguments.positional().isEmpty();
        Object path = arguments.named().get("attribute");
        if (byAttribute && path == null) {
            throw TemplateError.type("map needs the name of a filter or an attribute");
        }
        List<Object> mapped = new ArrayList<>();
        for (Object item : Values.items(value, rendering.budget())) {
            rendering.budget().step();
            if (byAttribute) {
                Object member = ListFilters.attribute(item, path, rendering);
                boolean replaced = member instanceof Undefined && arguments.named().containsKey("default");
                mapped.add(replaced ? arguments.named().get("default") : member);
            } else {
                mapped.add(Filters.apply(rendering.str(arguments.positional().getFirst()), item, rest(arguments, 1), rendering));
            }
        }
        return mapped;
    }

    private static Object selected(Object value, Arguments arguments, boolean byAttribute, boolean wanted, Rendering rendering) {
        int skipped = byAttribute ? 1 : 0;
        if (arguments.positional().size() < skipped) {
            throw TemplateError.type("the name of an attribute is needed");
        }
        List<Object> selected = new ArrayList<>();
        for (Object item : Values.items(value, rendering.budget())) {
            rendering.budget().step();
            Object tested = byAttribute ? ListFilters.attribute(item, arguments.positional().getFirst(), rendering) : item;
            boolean holds =
                    arguments.positional().size() > skipped
                            ? Conditions.holds(
                                    rendering.str(arguments.positional().get(skipped)), tested, rest(arguments, skipped + 1), rendering)
                            : Values.truth(tested);
            if (holds == wanted) {
                selected.add(item);
            }
        }
        return selected;
    }

    private static Arguments rest(Arguments arguments, int from) {
        return new Arguments(arguments.positional().subList(from, arguments.positional().size()), arguments.named());
    }
}
