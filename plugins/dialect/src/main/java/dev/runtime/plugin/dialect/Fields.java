package dev.runtime.plugin.dialect;

import dev.runtime.api.ErrorCode;
import dev.runtime.api.RuntimeFailure;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Predicate;

/**
 * The fields of a JSON object of a request, read by name. A name in another case is found if the exact one is missing; null
 * counts as missing; fields that nobody asked for are ignored, and listed by {@link #ignored()}.
 *
 * <p>A value of the wrong type throws {@code request.invalid} with the field's place. For one thread.
 */
public final class Fields {
    /** What comes before names in messages; empty at the top. */
    private final String place;
    private final Map<?, ?> values;
    private final Set<String> asked = new HashSet<>();

    /**
     * Wraps an object.
     *
     * @param place what comes before field names in messages, such as {@code messages[0].}; empty at the top
     * @param value a JSON object or null, which has no fields
     * @throws RuntimeFailure with {@code request.invalid} for any other value
     */
    public Fields(String place, Object value) {
        this.place = place;
        values = switch (value) {
            case Map<?, ?> object -> object;
            case null -> Map.of();
            default -> throw wrong(place.isEmpty() ? "the request's body" : shorter(place), "an object", value);
        };
    }

    /** Returns the plain value of a field; nothing if missing or null. */
    public Optional<Object> value(String name) {
        Object exact = values.get(name);
        if (values.containsKey(name)) {
            asked.add(name);
            if (exact != null) {
                return Optional.of(exact);
            }
        }
        Object found = null;
        for (Map.Entry<?, ?> each : values.entrySet()) {
            String key = (String) each.getKey();
            if (key.equalsIgnoreCase(name)) {
                asked.add(key);
                found = each.getValue() == null ? found : each.getValue();
            }
        }
        return Optional.ofNullable(found);
    }

    /** Returns a text; empty if missing. */
    public String string(String name) {
        return optionalString(name).orElse("");
    }

    /** Returns a text; nothing if missing. */
    public Optional<String> optionalString(String name) {
        return value(name).map(v -> v instanceof String s ? s : failed(name, "a string", v));
    }

    /** Returns a truth value. */
    public boolean flag(String name, boolean orElse) {
        return value(name).map(v -> v instanceof Boolean b ? b : this.<Boolean>failed(name, "a boolean", v)).orElse(orElse);
    }

    /** Returns an integer of 32 bits. */
    public int integer(String name, int orElse) {
        return value(name).map(v -> {
            if (v instanceof Long n && n == (int) (long) n) {
                return (int) (long) n;
            }
            return this.<Integer>failed(name, "an integer of 32 bits", v);
        }).orElse(orElse);
    }

    /** Returns a finite number; nothing if missing. */
    public OptionalDouble number(String name) {
        Optional<Object> value = value(name);
        if (value.isEmpty()) {
            return OptionalDouble.empty();
        }
        double number = value.get() instanceof Number n ? n.doubleValue() : this.<Double>failed(name, "a number", value.get());
        return Double.isFinite(number) ? OptionalDouble.of(number) : this.failed(name, "a finite number", value.get());
    }

    /** Returns an integer; nothing if missing. */
    public OptionalLong whole(String name) {
        Optional<Object> value = value(name);
        if (value.isEmpty()) {
            return OptionalLong.empty();
        }
        return OptionalLong.of(value.get() instanceof Long n ? n : this.<Long>failed(name, "an integer", value.get()));
    }

    /** Returns a list; empty if missing. */
    public List<?> list(String name) {
        return value(name).<List<?>>map(v -> v instanceof List<?> l ? l : failed(name, "an array", v)).orElse(List.of());
    }

    /** Returns an object in the order of the text; empty if missing. */
    @SuppressWarnings("unchecked")
    public Map<String, Object> object(String name) {
        return value(name).map(v -> v instanceof Map<?, ?> m ? (Map<String, Object>) m : this.<Map<String, Object>>failed(name, "an object", v))
                .orElse(Map.of());
    }

    /** Returns the fields of an object; none if missing. */
    public Fields fields(String name) {
        return new Fields(place + name + ".", value(name).orElse(null));
    }

    /** Returns the fields of the objects of a list. */
    public List<Fields> each(String name) {
        List<Fields> all = new ArrayList<>();
        for (Object element : list(name)) {
            all.add(new Fields(place + name + "[" + all.size() + "].", element));
        }
        return all;
    }

    /** Takes a field as known without looking at it. */
    public void known(String name) {
        value(name);
    }

    /** Takes a field as known if it has a value that asks for what happens anyway. */
    public void knownIf(String name, Predicate<Object> harmless) {
        Object exact = values.get(name);
        if (exact != null && harmless.test(exact)) {
            value(name);
        }
    }

    /** Returns the place of a field in the request, for messages. */
    public String place(String name) {
        return place + name;
    }

    /** Returns the names of fields that nobody asked for, with their place. */
    public List<String> ignored() {
        List<String> names = new ArrayList<>();
        values.forEach((key, value) -> {
            if (value != null && !asked.contains(key)) {
                names.add(place + key);
            }
        });
        return names;
    }

    private <T> T failed(String name, String expected, Object found) {
        throw wrong("field \"" + place + name + "\"", expected, found);
    }

    private static String shorter(String place) {
        return "field \"" + place.substring(0, place.length() - 1) + "\"";
    }

    private static RuntimeFailure wrong(String what, String expected, Object found) {
        return new RuntimeFailure(ErrorCode.REQUEST_INVALID, what + " must be " + expected + ", not " + kind(found));
    }

    /** Says in the words of JSON what a value is. */
    public static String kind(Object value) {
        return switch (value) {
            case null -> "null";
            case String s -> "a string";
            case Boolean b -> "a boolean";
            case List<?> l -> "an array";
            case Map<?, ?> m -> "an object";
            case Long n -> "the number " + n;
            case BigInteger n -> "a number of " + n.bitLength() + " bits";
            default -> "the number " + value;
        };
    }
}
