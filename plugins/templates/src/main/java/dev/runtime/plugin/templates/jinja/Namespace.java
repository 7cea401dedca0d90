package dev.runtime.plugin.templates.jinja;

import java.util.LinkedHashMap;
import java.util.Map;

/** The one thing that a template can change: named values that outlive the block that sets them. */
final class Namespace {
    private final Map<String, Object> members = new LinkedHashMap<>();

    void set(String name, Object value) {
        members.put(name, value);
    }

    Object get(String name) {
        return members.containsKey(name) ? members.get(name) : Undefined.member(this, name);
    }

    Map<String, Object> members() {
        return members;
    }
}
