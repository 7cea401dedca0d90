package dev.runtime.plugin.output.parsers;

import java.util.Optional;

/** Command R7B and Command A: an array of calls in {@code <|START_ACTION|>}. */
public final class CohereParser extends FamilyParser {
    private static final Syntax SYNTAX =
            Syntax.thinking(new Syntax.Thought("<|START_THINKING|>", "<|END_THINKING|>"))
                    .withThoughtsAnywhere()
                    .withCalls("<|START_ACTION|>", () -> new JsonBlock("<|END_ACTION|>"))
                    .withDropped("<|START_RESPONSE|>", "<|END_RESPONSE|>", "<|START_TEXT|>", "<|END_TEXT|>")
                    // calls have numbers, so only one can be written with a fixed text
                    .withForm(CallForms.json("<|START_ACTION|>[", "", "\"tool_call_id\": \"0\", \"tool_name\": \"", "parameters", "",
                            Optional.empty(), "]<|END_ACTION|>"));

    /** Creates the parser. */
    public CohereParser() {
        super("cohere");
    }

    @Override
    int fits(String template) {
        return template.contains("<|START_ACTION|>") ? 60 : 0;
    }

    @Override
    Syntax syntax() {
        return SYNTAX;
    }
}
