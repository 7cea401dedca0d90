package dev.runtime.plugin.templates.jinja;

import dev.runtime.plugin.templates.jinja.Arguments.Bound;
import java.util.AbstractList;
import java.util.HashMap;
import java.util.Map;

/** Functions that every template has. */
final class Globals {
    private Globals() {}

    static Map<String, Object> of(Rendering rendering) {
        Budget budget = rendering.budget();
        Map<String, Object> globals = new HashMap<>();
        globals.put("range", (Callable) arguments -> range(arguments, budget));
        globals.put("dict", (Callable) arguments -> Attributes.map("dict", arguments, budget));
        globals.put("namespace", (Callable) arguments -> namespace(arguments, budget));
        globals.put("cycler", (Callable) arguments -> new Cycler(arguments.positional()));
        globals.put("joiner", (Callable) Globals::joiner);
        globals.put("raise_exception", (Callable) arguments -> raised(arguments, rendering));
        globals.put("strftime_now", (Callable) arguments -> TimeFormat.format(arguments.bind("strftime_now", "format").text(0), rendering));
        return globals;
    }

    private static Object raised(Arguments arguments, Rendering rendering) {
        throw TemplateError.raised(rendering.str(arguments.bind("raise_exception", "message").value(0)));
    }

    private static Object namespace(Arguments arguments, Budget budget) {
        Namespace namespace = new Namespace();
        Attributes.map("namespace", arguments, budget).forEach((name, value) -> namespace.set(PythonText.str(name, budget), value));
        return namespace;
    }

    /** Gives nothing the first time and the separator from then on. */
    private static Object joiner(Arguments arguments) {
        Object separator = arguments.bind("joiner", "sep").value(0, ", ");
        boolean[] used = new boolean[1];
        return (Callable)
                _ -> {
                    Object value = used[0] ? separator : "";
                    used[0] = true;
                    return value;
                };
    }

    private static Object range(Arguments arguments, Budget budget) {
        Bound bound = arguments.bind("range", "start", "stop", "step");
        long start = bound.has(1) ? bound.integer(0) : 0;
        long stop = bound.has(1) ? bound.integer(1) : bound.integer(0);
        long step = bound.integer(2, 1);
        if (step == 0) {
            throw TemplateError.type("range() needs a step that is not zero");
        }
        long span = step > 0 ? clampedDifference(stop, start) : clampedDifference(start, stop);
        long stride = step == Long.MIN_VALUE ? Long.MAX_VALUE : Math.abs(step);
        long count = span <= 0 ? 0 : (span - 1) / stride + 1;
        budget.items(count);
        return new Range(start, step, (int) count);
    }

    private static long clampedDifference(long left, long right) {
        long difference = left - right;
        boolean overflow = ((left ^ right) & (left ^ difference)) < 0;
        return overflow ? left < 0 ? Long.MIN_VALUE : Long.MAX_VALUE : difference;
    }

    /** Integers at even distances. */
    private static final class Range extends AbstractList<Object> {
        private final long start;
        private final long step;
        private final int count;

        Range(long start, long step, int count) {
            this.start = start;
            this.step = step;
            this.count = count;
        }

        @Override
        public Object get(int index) {
            return start + index * step;
        }

        @Override
        public int size() {
            return count;
        }
    }
}
