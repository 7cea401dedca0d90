package dev.runtime.plugin.templates.jinja;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** {@code object.name} and {@code object[key]}: data and a fixed set of methods, nothing else. */
final class Attributes {
    private static final Set<String> LIST_CHANGES =
            Set.of("append", "clear", "extend", "insert", "pop", "remove", "reverse", "sort");
    private static final Set<String> MAP_CHANGES = Set.of("clear", "pop", "popitem", "setdefault", "update");

    /** Stands for a member that does not exist; None is a value. */
    static final Object ABSENT = new Object();

    private Attributes() {}

    /** Returns {@code object.name}: of a map, methods come before keys. */
    static Object attribute(Object object, String name, Budget budget) {
        checkName(name);
        Object member = member(object, name, budget);
        if (member != ABSENT) {
            return member;
        }
        if (object instanceof Map<?, ?> map && map.containsKey(name)) {
            return map.get(name);
        }
        return Undefined.member(object, name);
    }

    /** Returns {@code object[key]}: of a map, keys come before methods. */
    static Object item(Object object, Object key, Budget budget) {
        switch (object) {
            case Map<?, ?> map -> {
                Object mapKey = Values.key(key);
                if (map.containsKey(mapKey)) {
                    return map.get(mapKey);
                }
            }
            case List<?> list when key instanceof Long index -> {
                return Slices.item(list, index);
            }
            case String text when key instanceof Long index -> {
                budget.text(text.length());
                return Slices.item(text, index);
            }
            case Undefined undefined -> throw undefined.error();
            case null, default -> {}
        }
        if (key instanceof Undefined undefined) {
            throw undefined.error();
        }
        if (!(key instanceof String name)) {
            return Undefined.member(object, PythonText.str(key, budget));
        }
        if (!(object instanceof Map<?, ?>)) {
            checkName(name);
        }
        Object member = member(object, name, budget);
        return member == ABSENT ? Undefined.member(object, name) : member;
    }

    private static void checkName(String name) {
        if (name.startsWith("_")) {
            throw TemplateError.denied("access to '" + name + "' is not allowed in templates");
        }
    }

    /** Returns what an object has besides data, or {@link #ABSENT}. */
    private static Object member(Object object, String name, Budget budget) {
        return switch (object) {
            case null -> ABSENT;
            case Undefined undefined -> throw undefined.error();
            case String text -> StringMethods.find(text, name, budget);
            case Map<?, ?> map -> mapMethod(map, name, budget);
            case List<?> list -> listMethod(list, name, budget);
            case Namespace namespace -> namespace.get(name);
            case LoopState loop -> loop.get(name);
            case Macro macro when name.equals("name") -> macro.name();
            case Cycler cycler -> cycler.get(name);
            default -> ABSENT;
        };
    }

    private static Object mapMethod(Map<?, ?> map, String name, Budget budget) {
        Callable method =
                switch (name) {
                    case "get" -> arguments -> get(map, arguments);
                    case "items" -> _ -> entries(map, budget);
                    case "keys" -> _ -> Values.items(map, budget);
                    case "values" -> _ -> values(map, budget);
                    case "copy" -> _ -> map;
                    default -> MAP_CHANGES.contains(name) ? _ -> denied("dict", name) : null;
                };
        return method == null ? ABSENT : method;
    }

    private static Object get(Map<?, ?> map, Arguments arguments) {
        Arguments.Bound bound = arguments.bind("get", "key", "default");
        Object key = Values.key(bound.value(0));
        return map.containsKey(key) ? map.get(key) : bound.value(1, null);
    }

    static List<Object> entries(Map<?, ?> map, Budget budget) {
        budget.items(map.size());
        List<Object> entries = new ArrayList<>(map.size());
        map.forEach((key, value) -> entries.add(Tuple.of(key, value)));
        return entries;
    }

    private static List<Object> values(Map<?, ?> map, Budget budget) {
        budget.items(map.size());
        return new ArrayList<>(map.values());
    }

    private static Object listMethod(List<?> list, String name, Budget budget) {
        Callable method =
                switch (name) {
                    case "count" -> arguments -> count(list, arguments.bind("count", "value").value(0), budget);
                    case "index" -> arguments -> index(list, arguments.bind("index", "value").value(0), budget);
                    case "copy" -> _ -> list;
                    default -> LIST_CHANGES.contains(name) ? _ -> denied("list", name) : null;
                };
        return method == null ? ABSENT : method;
    }

    private static Object count(List<?> list, Object value, Budget budget) {
        long count = 0;
        for (Object item : list) {
            if (Values.equal(item, value, budget)) {
                count++;
            }
        }
        return count;
    }

    private static Object index(List<?> list, Object value, Budget budget) {
        for (int i = 0; i < list.size(); i++) {
            if (Values.equal(list.get(i), value, budget)) {
                return (long) i;
            }
        }
        throw TemplateError.type("the value is not in the list");
    }

    private static Object denied(String type, String name) {
        throw TemplateError.denied(
                type + "." + name + "() changes a value, which templates may not; use a namespace, or build a new one with '+'");
    }

    /** Returns a map from names and values, for {@code dict(...)} and {@code namespace(...)}. */
    static Map<Object, Object> map(String function, Arguments arguments, Budget budget) {
        Map<Object, Object> map = new LinkedHashMap<>();
        if (arguments.positional().size() > 1) {
            throw TemplateError.type(function + "() takes one positional argument");
        }
        for (Object argument : arguments.positional()) {
            if (argument instanceof Map<?, ?> other) {
                map.putAll(other);
            } else {
                for (Object pair : Values.items(argument, budget)) {
                    List<?> parts = Values.items(pair, budget);
                    if (parts.size() != 2) {
                        throw TemplateError.type(function + "() needs pairs");
                    }
                    map.put(Values.key(parts.get(0)), parts.get(1));
                }
            }
        }
        map.putAll(arguments.named());
        budget.items(map.size());
        return map;
    }
}
