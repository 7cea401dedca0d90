package dev.runtime.plugin.templates.jinja;

/** What stands after a bar: turns a value into another. */
@FunctionalInterface
interface Filter {
    Object apply(Object value, Arguments arguments, Rendering rendering);
}
