package dev.runtime.plugin.templates.jinja;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** What all values have in common: type, truth, equality, order, items. */
final class Values {
    private Values() {}

    /** Returns Python's name of a value's type, which its messages use. */
    static String typeName(Object value) {
        return switch (value) {
            case null -> "NoneType";
            case String _ -> "str";
            case Boolean _ -> "bool";
            case Long _, BigInteger _ -> "int";
            case Double _ -> "float";
            case Tuple _ -> "tuple";
            case List<?> _ -> "list";
            case Map<?, ?> _ -> "dict";
            case Undefined _ -> "Undefined";
            case Namespace _ -> "Namespace";
            case LoopState _ -> "LoopContext";
            case Macro _ -> "Macro";
            default -> "function";
        };
    }

    static boolean truth(Object value) {
        return switch (value) {
            case null -> false;
            case Boolean flag -> flag;
            case String text -> !text.isEmpty();
            case Long number -> number != 0;
            case Double number -> number != 0;
            case List<?> list -> !list.isEmpty();
            case Map<?, ?> map -> !map.isEmpty();
            case Undefined _ -> false;
            default -> true;
        };
    }

    static boolean equal(Object left, Object right, Budget budget) {
        if (left == right) {
            return true;
        }
        budget.enter();
        boolean equal =
                switch (left) {
                    case String text -> {
                        budget.text(text.length());
                        yield text.equals(right);
                    }
                    case Undefined _ -> right instanceof Undefined;
                    case List<?> list ->
                        right instanceof List<?> other
                                && list instanceof Tuple == other instanceof Tuple
                                && equalLists(list, other, budget);
                    case Map<?, ?> map -> right instanceof Map<?, ?> other && equalMaps(map, other, budget);
                    case null, default -> Numbers.isNumber(left) && Numbers.isNumber(right) && Numbers.compare(left, right) == 0;
                };
        budget.leave();
        return equal;
    }

    private static boolean equalLists(List<?> left, List<?> right, Budget budget) {
        if (left.size() != right.size()) {
            return false;
        }
        for (int i = 0; i < left.size(); i++) {
            if (!equal(left.get(i), right.get(i), budget)) {
                return false;
            }
        }
        return true;
    }

    private static boolean equalMaps(Map<?, ?> left, Map<?, ?> right, Budget budget) {
        if (left.size() != right.size()) {
            return false;
        }
        for (Map.Entry<?, ?> entry : left.entrySet()) {
            if (!right.containsKey(entry.getKey()) || !equal(entry.getValue(), right.get(entry.getKey()), budget)) {
                return false;
            }
        }
        return true;
    }

    /** Orders two values of comparable types. */
    static int compare(Object left, Object right, Budget budget) {
        budget.enter();
        int order;
        if (left instanceof String first && right instanceof String second) {
            budget.text(Math.min(first.length(), second.length()));
            order = CodePoints.compare(first, second);
        } else if (Numbers.isNumber(left) && Numbers.isNumber(right)) {
            order = Numbers.compare(left, right);
        } else if (left instanceof List<?> first && right instanceof List<?> second) {
            order = compareLists(first, second, budget);
        } else {
            throw mismatch("'<'", left, right);
        }
        budget.leave();
        return order;
    }

    private static int compareLists(List<?> left, List<?> right, Budget budget) {
        for (int i = 0; i < Math.min(left.size(), right.size()); i++) {
            if (!equal(left.get(i), right.get(i), budget)) {
                return compare(left.get(i), right.get(i), budget);
            }
        }
        return Integer.compare(left.size(), right.size());
    }

    /** Returns the error of an operator that does not take two types. */
    static TemplateError mismatch(String operator, Object left, Object right) {
        if (left instanceof Undefined undefined) {
            return undefined.error();
        }
        if (right instanceof Undefined undefined) {
            return undefined.error();
        }
        return TemplateError.type(operator + " does not take " + typeName(left) + " and " + typeName(right));
    }

    /** Returns what a loop goes over: items, keys, characters. */
    static List<?> items(Object value, Budget budget) {
        return switch (value) {
            case List<?> list -> list;
            case Map<?, ?> map -> {
                budget.items(map.size());
                yield new ArrayList<>(map.keySet());
            }
            case String text -> {
                budget.items(text.length());
                yield CodePoints.characters(text);
            }
            case Undefined _ -> List.of();
            case null, default -> throw TemplateError.type("'" + typeName(value) + "' object is not iterable");
        };
    }

    /** Tells whether {@code item in container}. */
    static boolean contains(Object container, Object item, Budget budget) {
        return switch (container) {
            case String text -> {
                if (!(item instanceof String part)) {
                    throw mismatch("'in'", item, container);
                }
                budget.text(text.length());
                yield text.contains(part);
            }
            case Map<?, ?> map -> map.containsKey(key(item));
            case List<?> list -> {
                boolean found = false;
                for (int i = 0; i < list.size() && !found; i++) {
                    found = equal(list.get(i), item, budget);
                }
                yield found;
            }
            case Undefined _ -> false;
            case null, default -> throw TemplateError.type("argument of type '" + typeName(container) + "' is not iterable");
        };
    }

    /** Returns the number of items of a value. */
    static long length(Object value) {
        return switch (value) {
            case String text -> text.codePointCount(0, text.length());
            case List<?> list -> list.size();
            case Map<?, ?> map -> map.size();
            case Undefined _ -> 0;
            case null, default -> throw TemplateError.type("object of type '" + typeName(value) + "' has no len()");
        };
    }

    /** Returns a value as the key of a map, so that equal numbers are one key. */
    static Object key(Object value) {
        return switch (value) {
            case null -> null;
            case String text -> text;
            case Boolean flag -> flag ? 1L : 0L;
            case Long number -> number;
            case BigInteger number -> number;
            case Double number -> number == Math.rint(number) && Math.abs(number) < 1e15 ? (Object) (long) (double) number : number;
            case Undefined undefined -> throw undefined.error();
            default -> throw TemplateError.type("a " + typeName(value) + " cannot be a key");
        };
    }
}
