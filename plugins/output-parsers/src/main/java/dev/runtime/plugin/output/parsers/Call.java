package dev.runtime.plugin.output.parsers;

import java.util.Map;

/**
 * A call as it was read.
 *
 * @param id what the model named it, empty if it did not
 * @param name the function's name
 * @param arguments its arguments in the model's order
 */
record Call(String id, String name, Map<String, Object> arguments) {}
