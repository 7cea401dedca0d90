package dev.runtime.plugin.dialect.openai;

import dev.runtime.plugin.dialect.Fields;
import java.util.List;

/**
 * Whether an answer comes piece by piece.
 *
 * @param on whether it does
 * @param usage whether an event at the end counts tokens
 */
record StreamFields(boolean on, boolean usage) {
    static StreamFields read(Fields fields, List<String> ignored) {
        boolean on = fields.flag("stream", false);
        Fields options = fields.fields("stream_options");
        boolean usage = options.flag("include_usage", false);
        // padding against listeners on the line, which a stream without it does as well
        options.known("include_obfuscation");
        ignored.addAll(options.ignored());
        return new StreamFields(on, usage);
    }
}
