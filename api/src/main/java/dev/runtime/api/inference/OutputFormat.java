package dev.runtime.api.inference;

import dev.runtime.api.Stable;
import java.util.List;
import java.util.Map;

/** What shape the answer must have. Thoughts before the answer are free. */
@Stable
public sealed interface OutputFormat {
    /** Any text. */
    record Free() implements OutputFormat {}

    /** One JSON object. */
    record Json() implements OutputFormat {}

    /**
     * JSON that fits a schema.
     *
     * @param schema plain JSON values; keys of the answer come in the order of its properties
     * @param strict whether a part of the schema that cannot be enforced is refused; otherwise it is noted
     */
    record Schema(Map<String, Object> schema, boolean strict) implements OutputFormat {
        /** Creates one that notes what cannot be enforced. */
        public Schema(Map<String, Object> schema) {
            this(schema, false);
        }
    }

    /**
     * Text that a grammar derives.
     *
     * @param text rules of the form {@code name ::= ...}, beginning at {@code root}: the notation of GBNF
     */
    record Grammar(String text) implements OutputFormat {}

    /** Text that a regular expression matches as a whole. */
    record Regex(String pattern) implements OutputFormat {}

    /** One of some texts. */
    record Choice(List<String> texts) implements OutputFormat {
        /** Copies. */
        public Choice {
            texts = List.copyOf(texts);
        }
    }
}
