package dev.runtime.kernel.generate;

import dev.runtime.api.inference.Thinking;
import dev.runtime.api.inference.ToolDefinition;
import dev.runtime.api.plugin.Services;
import dev.runtime.api.text.OutputParser;
import java.util.List;

/** Chooses the parser of a reply. */
final class Parsers {
    /** Enough of the prompt to see whether the reply begins inside a thought. */
    private static final int PROMPT_END = 256;

    private Parsers() {}

    /** Opens the parser that fits a model best; text passes unchanged if none does. */
    static OutputParser.Session open(Services services, OutputParser.ModelHints hints, List<ToolDefinition> tools, Thinking thinking,
            String prompt) {
        OutputParser best = null;
        int highest = 0;
        for (OutputParser parser : services.all(OutputParser.class)) {
            int score = parser.score(hints);
            if (score > highest) {
                highest = score;
                best = parser;
            }
        }
        String end = prompt.substring(Math.max(0, prompt.length() - PROMPT_END));
        return best == null ? PlainParser.INSTANCE : best.open(new OutputParser.Request(tools, thinking.requested(), end));
    }
}
