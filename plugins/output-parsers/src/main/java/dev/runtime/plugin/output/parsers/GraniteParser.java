package dev.runtime.plugin.output.parsers;

/** Granite 3 and Phi 4 mini: an array of calls after {@code <|tool_call|>}. */
public final class GraniteParser extends FamilyParser {
    private static final Syntax SYNTAX =
            Syntax.thinking(Syntax.THINK)
                    .withCalls("<|tool_call|>", () -> new JsonBlock(""))
                    .withDropped("<|/tool_call|>", "<response>", "</response>")
                    .withForm(CallForms.json("<|tool_call|>[", "", "arguments", "", ", ", "]"));

    /** Creates the parser. */
    public GraniteParser() {
        super("granite");
    }

    @Override
    int fits(String template) {
        return template.contains("<|tool_call|>") ? 57 : 0;
    }

    @Override
    Syntax syntax() {
        return SYNTAX;
    }
}
