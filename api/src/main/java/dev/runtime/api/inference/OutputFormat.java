package dev.runtime.api.inference;

import dev.runtime.api.Stable;
import java.util.Map;

/** What shape the answer must have. */
@Stable
public sealed interface OutputFormat {
    /** Any text. */
    record Free() implements OutputFormat {}

    /** One JSON object. */
    record Json() implements OutputFormat {}

    /** JSON that fits a schema, given as plain JSON values. */
    record Schema(Map<String, Object> schema) implements OutputFormat {}
}
