package dev.runtime.plugin.templates.jinja;

import java.util.HashMap;
import java.util.Map;

/** All filters by name. */
final class Filters {
    private static final Map<String, Filter> ALL = all();

    private Filters() {}

    private static Map<String, Filter> all() {
        Map<String, Filter> filters = new HashMap<>();
        TextFilters.addTo(filters);
        NumberFilters.addTo(filters);
        ListFilters.addTo(filters);
        SelectFilters.addTo(filters);
        return Map.copyOf(filters);
    }

    static Object apply(String name, Object value, Arguments arguments, Rendering rendering) {
        Filter filter = ALL.get(name);
        if (filter == null) {
            throw TemplateError.type("there is no filter '" + name + "'");
        }
        return filter.apply(value, arguments, rendering);
    }

    static boolean exists(String name) {
        return ALL.containsKey(name);
    }
}
