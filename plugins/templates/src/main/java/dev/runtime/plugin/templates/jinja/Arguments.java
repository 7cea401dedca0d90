package dev.runtime.plugin.templates.jinja;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Values of a call's arguments. */
record Arguments(List<Object> positional, Map<String, Object> named) {
    static final Arguments NONE = new Arguments(List.of(), Map.of());

    static Arguments of(Object... positional) {
        return new Arguments(Arrays.asList(positional), Map.of());
    }

    /** Gives each argument to a parameter. */
    Bound bind(String function, String... parameters) {
        if (positional.size() > parameters.length) {
            throw TemplateError.type(
                    function + "() takes at most " + parameters.length + " arguments, " + positional.size() + " were given");
        }
        Object[] values = new Object[parameters.length];
        boolean[] given = new boolean[parameters.length];
        for (int i = 0; i < positional.size(); i++) {
            values[i] = positional.get(i);
            given[i] = true;
        }
        for (Map.Entry<String, Object> argument : named.entrySet()) {
            int index = List.of(parameters).indexOf(argument.getKey());
            if (index < 0 || given[index]) {
                throw TemplateError.type(function + "() got an unexpected argument '" + argument.getKey() + "'");
            }
            values[index] = argument.getValue();
            given[index] = true;
        }
        return new Bound(function, parameters, values, given);
    }

    /** Arguments by the parameter's index. */
    record Bound(String function, String[] parameters, Object[] values, boolean[] given) {
        boolean has(int index) {
            return given[index];
        }

        Object value(int index) {
            if (!given[index]) {
                throw TemplateError.type(function + "() needs its argument '" + parameters[index] + "'");
            }
            return values[index];
        }

        Object value(int index, Object otherwise) {
            return given[index] ? values[index] : otherwise;
        }

        String text(int index) {
            if (value(index) instanceof String text) {
                return text;
            }
            throw wrong(index, "str");
        }

        String text(int index, String otherwise) {
            return given[index] ? text(index) : otherwise;
        }

        /** Returns a text; None counts as not given. */
        Optional<String> optionalText(int index) {
            return given[index] && values[index] != null ? Optional.of(text(index)) : Optional.empty();
        }

        long integer(int index) {
            return switch (value(index)) {
                case Long number -> number;
                case Boolean flag -> flag ? 1 : 0;
                case null, default -> throw wrong(index, "int");
            };
        }

        long integer(int index, long otherwise) {
            return given[index] ? integer(index) : otherwise;
        }

        boolean flag(int index, boolean otherwise) {
            return given[index] ? Values.truth(values[index]) : otherwise;
        }

        private TemplateError wrong(int index, String type) {
            if (values[index] instanceof Undefined undefined) {
                return undefined.error();
            }
            return TemplateError.type(
                    function + "(): '" + parameters[index] + "' must be " + type + ", not " + Values.typeName(values[index]));
        }
    }
}
