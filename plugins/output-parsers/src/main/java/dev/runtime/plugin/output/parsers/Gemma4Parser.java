package dev.runtime.plugin.output.parsers;

/** Gemma 4: thoughts in a channel, calls with keys that are not quoted and strings in markers of their own. */
public final class Gemma4Parser extends FamilyParser {
    private static final Syntax SYNTAX =
            Syntax.thinking(new Syntax.Thought("<|channel>thought", "<channel|>"))
                    .withThoughtsAnywhere()
                    .withCalls(
                            "<|tool_call>",
                            () -> new MarkedBlock("<tool_call|>", "", body -> LiteralReader.gemmaCall(body, "<|\"|>")))
                    .withDropped("<tool_call|>", "<|tool_response>")
                    .withForm(CallForms.literal("", "<|tool_call>call:", "{", ":", "}<tool_call|>", "", ""));

    /** Creates the parser. */
    public Gemma4Parser() {
        super("gemma4", "gemma4-no-thinking");
    }

    @Override
    int fits(String template) {
        return template.contains("<|channel>") || template.contains("<|tool_call>") ? 80 : 0;
    }

    @Override
    Syntax syntax() {
        return SYNTAX;
    }
}
