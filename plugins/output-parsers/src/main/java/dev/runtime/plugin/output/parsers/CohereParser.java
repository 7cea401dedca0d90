package dev.runtime.plugin.output.parsers;

/** Command R7B and Command A: an array of calls in {@code <|START_ACTION|>}. */
public final class CohereParser extends FamilyParser {
    private static final Syntax SYNTAX =
            Syntax.thinking(new Syntax.Thought("<|START_THINKING|>", "<|END_THINKING|>"))
                    .withThoughtsAnywhere()
                    .withCalls("<|START_ACTION|>", () -> new JsonBlock("<|END_ACTION|>"))
                    .withDropped("<|START_RESPONSE|>", "<|END_RESPONSE|>", "<|START_TEXT|>", "<|END_TEXT|>");

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
