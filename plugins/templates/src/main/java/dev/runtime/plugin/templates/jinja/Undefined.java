package dev.runtime.plugin.templates.jinja;

/**
 * What a name or attribute gives that is not there: empty text, an empty list, false; any further use is an error.
 *
 * @param reason the message of that error
 */
record Undefined(String reason) {
    static Undefined name(String name) {
        return new Undefined("'" + name + "' is undefined");
    }

    static Undefined member(Object object, String name) {
        String owner = object == null ? "None" : Values.typeName(object) + " object";
        return new Undefined("'" + owner + "' has no attribute '" + name + "'");
    }

    TemplateError error() {
        return TemplateError.type(reason);
    }
}
