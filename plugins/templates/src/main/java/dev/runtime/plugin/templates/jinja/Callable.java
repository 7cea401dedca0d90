package dev.runtime.plugin.templates.jinja;

/** What a template can call: a global function, a method of a value, a macro. */
@FunctionalInterface
interface Callable {
    Object call(Arguments arguments);
}
