package dev.runtime.plugin.templates.go;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The functions that templates may call, but {@code and} and {@code or}, which do not evaluate all arguments.
 *
 * @param today the date
 */
record Functions(LocalDate today) {
    static final Set<String> NAMES = Set.of("and", "or", "not", "eq", "ne", "lt", "le", "gt", "ge", "len", "index", "slice", "print", "printf",
            "println", "html", "js", "urlquery", "call", "json", "currentDate", "yesterdayDate", "toTypeScriptType");

    Object call(String name, List<Object> arguments, int at) {
        return switch (name) {
            case "not" -> !truth(one(name, arguments, at));
            case "eq" -> equal(arguments, at);
            case "ne" -> !equal(two(name, arguments, at), at);
            case "lt" -> compare(name, arguments, at) < 0;
            case "le" -> compare(name, arguments, at) <= 0;
            case "gt" -> compare(name, arguments, at) > 0;
            case "ge" -> compare(name, arguments, at) >= 0;
            case "len" -> length(one(name, arguments, at), at);
            case "index" -> index(arguments, at);
            case "slice" -> slice(arguments, at);
            case "print" -> Printed.print(arguments, false);
            case "println" -> Printed.print(arguments, true);
            case "printf" -> {
                if (arguments.isEmpty() || !(arguments.getFirst() instanceof String format)) {
                    throw new GoError("printf needs a format", at);
                }
                yield Printed.format(format, arguments.subList(1, arguments.size()), at);
            }
            case "html" -> Printed.print(arguments, false).replace("&", "&amp;").replace("\"", "&#34;").replace("'", "&#39;")
                    .replace("<", "&lt;").replace(">", "&gt;");
            case "js" -> {
                String quoted = GoJson.text(Printed.print(arguments, false));
                yield quoted.substring(1, quoted.length() - 1).replace("'", "\\'");
            }
            case "urlquery" -> URLEncoder.encode(Printed.print(arguments, false), StandardCharsets.UTF_8);
            case "json" -> GoJson.text(one(name, arguments, at));
            case "currentDate" -> today.toString();
            case "yesterdayDate" -> today.minusDays(1).toString();
            case "toTypeScriptType" -> TypeScript.type(one(name, arguments, at));
            default -> throw new GoError("there is nothing that " + name + " could call", at);
        };
    }

    /** Tells whether a value counts as true: not false, nothing, zero or empty. */
    static boolean truth(Object value) {
        return switch (value) {
            case null -> false;
            case Boolean b -> b;
            case Long n -> n != 0;
            case Double d -> d != 0;
            case String s -> !s.isEmpty();
            case List<?> list -> !list.isEmpty();
            case GoJson.Array array -> !array.items().isEmpty();
            case Map<?, ?> map -> !map.isEmpty();
            case GoJson.Dictionary dictionary -> !dictionary.entries().isEmpty();
            default -> true;
        };
    }

    private static Object one(String name, List<Object> arguments, int at) {
        if (arguments.size() != 1) {
            throw new GoError("wrong number of args for " + name + ": want 1 got " + arguments.size(), at);
        }
        return arguments.getFirst();
    }

    private static List<Object> two(String name, List<Object> arguments, int at) {
        if (arguments.size() != 2) {
            throw new GoError("wrong number of args for " + name + ": want 2 got " + arguments.size(), at);
        }
        return arguments;
    }

    private static boolean equal(List<Object> arguments, int at) {
        if (arguments.size() < 2) {
            throw new GoError("missing argument for comparison", at);
        }
        Object first = arguments.getFirst();
        for (Object other : arguments.subList(1, arguments.size())) {
            if (first == null || other == null) {
                if (first == other) {
                    return true;
                }
            } else if (!basic(first) || !basic(other)) {
                throw new GoError("non-comparable type " + Printed.kind(basic(first) ? other : first), at);
            } else if (first.getClass() != other.getClass()) {
                throw incompatible(first, other, at);
            } else if (first.equals(other)) {
                return true;
            }
        }
        return false;
    }

    private static boolean basic(Object value) {
        return value instanceof String || value instanceof Long || value instanceof Double || value instanceof Boolean;
    }

    private static int compare(String name, List<Object> arguments, int at) {
        two(name, arguments, at);
        Object a = arguments.get(0);
        Object b = arguments.get(1);
        if (a instanceof Long x && b instanceof Long y) {
            return Long.compare(x, y);
        }
        if (a instanceof Double x && b instanceof Double y) {
            return Double.compare(x, y);
        }
        if (a instanceof String x && b instanceof String y) {
            return x.compareTo(y);
        }
        throw incompatible(a, b, at);
    }

    private static GoError incompatible(Object a, Object b, int at) {
        return new GoError("incompatible types for comparison: " + Printed.kind(a) + " and " + Printed.kind(b), at);
    }

    private static long length(Object value, int at) {
        return switch (value) {
            case String text -> text.getBytes(StandardCharsets.UTF_8).length;
            case List<?> list -> list.size();
            case GoJson.Array array -> array.items().size();
            case Map<?, ?> map -> map.size();
            case GoJson.Dictionary dictionary -> dictionary.entries().size();
            case null, default -> throw new GoError("len of type " + Printed.kind(value), at);
        };
    }

    private static Object index(List<Object> arguments, int at) {
        if (arguments.isEmpty()) {
            throw new GoError("wrong number of args for index: want at least 1 got 0", at);
        }
        Object value = arguments.getFirst();
        for (Object key : arguments.subList(1, arguments.size())) {
            value = switch (value) {
                case List<?> list -> list.get(place(key, list.size() - 1, at));
                case GoJson.Array array -> array.items().get(place(key, array.items().size() - 1, at));
                case Map<?, ?> map -> map.get(String.valueOf(key));
                case GoJson.Dictionary dictionary -> dictionary.entries().get(String.valueOf(key));
                case String text -> {
                    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
                    yield (long) (bytes[place(key, bytes.length - 1, at)] & 0xFF);
                }
                case null, default -> throw new GoError("can't index item of type " + Printed.kind(value), at);
            };
        }
        return value;
    }

    private static Object slice(List<Object> arguments, int at) {
        if (arguments.isEmpty() || arguments.size() > 3) {
            throw new GoError("wrong number of args for slice: want 1 to 3 got " + arguments.size(), at);
        }
        Object value = arguments.getFirst();
        int size = (int) length(value, at);
        int from = arguments.size() > 1 ? place(arguments.get(1), size, at) : 0;
        int to = arguments.size() > 2 ? place(arguments.get(2), size, at) : size;
        if (from > to) {
            throw new GoError("invalid slice index: " + from + " > " + to, at);
        }
        return switch (value) {
            case List<?> list -> new ArrayList<>(list.subList(from, to));
            case GoJson.Array array -> new GoJson.Array(array.items().subList(from, to));
            case String text -> new String(text.getBytes(StandardCharsets.UTF_8), from, to - from, StandardCharsets.UTF_8);
            default -> throw new GoError("can't slice item of type " + Printed.kind(value), at);
        };
    }

    private static int place(Object key, int most, int at) {
        if (!(key instanceof Long n)) {
            throw new GoError("cannot index slice/array with type " + Printed.kind(key), at);
        }
        if (n < 0 || n > most) {
            throw new GoError("index out of range: " + n, at);
        }
        return (int) (long) n;
    }
}
