package dev.runtime.plugin.templates.jinja;

import java.util.List;

/** What {@code cycler(a, b)} gives: its items in turn. */
final class Cycler {
    private final List<Object> items;
    private int next;

    Cycler(List<Object> items) {
        if (items.isEmpty()) {
            throw TemplateError.type("cycler() needs at least one item");
        }
        this.items = items;
    }

    Object get(String name) {
        return switch (name) {
            case "current" -> items.get(next);
            case "next" -> (Callable) _ -> advance();
            case "reset" -> (Callable) _ -> reset();
            default -> Undefined.member(this, name);
        };
    }

    private Object advance() {
        Object item = items.get(next);
        next = (next + 1) % items.size();
        return item;
    }

    private Object reset() {
        next = 0;
        return null;
    }
}
