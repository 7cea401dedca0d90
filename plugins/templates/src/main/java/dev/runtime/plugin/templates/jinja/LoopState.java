package dev.runtime.plugin.templates.jinja;

import java.util.List;

/** The variable {@code loop}; calling it in a recursive loop goes one level down. */
final class LoopState implements Callable {
    private final List<?> items;
    private final int depth;
    private final Callable descend;
    private final Budget budget;
    private int index;
    private Object changed = new Undefined("nothing yet");

    LoopState(List<?> items, int depth, Callable descend, Budget budget) {
        this.items = items;
        this.depth = depth;
        this.descend = descend;
        this.budget = budget;
    }

    void index(int newIndex) {
        index = newIndex;
    }

    @Override
    public Object call(Arguments arguments) {
        return descend.call(arguments);
    }

    Object get(String name) {
        return switch (name) {
            case "index" -> index + 1L;
            case "index0" -> (long) index;
            case "revindex" -> (long) items.size() - index;
            case "revindex0" -> (long) items.size() - index - 1;
            case "first" -> index == 0;
            case "last" -> index == items.size() - 1;
            case "length" -> (long) items.size();
            case "depth" -> depth + 1L;
            case "depth0" -> (long) depth;
            case "previtem" -> index > 0 ? items.get(index - 1) : new Undefined("there is no previous item");
            case "nextitem" -> index + 1 < items.size() ? items.get(index + 1) : new Undefined("there is no next item");
            case "cycle" -> (Callable) this::cycle;
            case "changed" -> (Callable) this::changed;
            default -> Undefined.member(this, name);
        };
    }

    private Object cycle(Arguments arguments) {
        List<Object> values = arguments.positional();
        if (values.isEmpty()) {
            throw TemplateError.type("no items for cycling given");
        }
        return values.get(index % values.size());
    }

    private Object changed(Arguments arguments) {
        Object current = new Tuple(arguments.positional());
        boolean differs = !Values.equal(changed, current, budget);
        changed = current;
        return differs;
    }
}
