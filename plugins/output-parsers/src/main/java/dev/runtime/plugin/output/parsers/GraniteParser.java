package dev.runtime.plugin.output.parsers;

/** Granite 3 and Phi 4 mini: an array of calls after {@code <|tool_call|>}; Granite 3.2 says in words what it thinks and answers. */
public final class GraniteParser extends FamilyParser {
    private static final Syntax SYNTAX =
            Syntax.thinking(Syntax.THINK, new Syntax.Thought("Here is my thought process:", "Here is my response:"))
                    .withCalls("<|tool_call|>", () -> new JsonBlock(""))
                    .withCalls("<function_call>", () -> new JsonBlock(""))
                    .withDropped("<|/tool_call|>", "<response>", "</response>")
                    .withForm(CallForms.json("<|tool_call|>[", "", "arguments", "", ", ", "]"));

    /** Creates the parser. */
    public GraniteParser() {
        super("granite");
    }

    @Override
    int fits(String template) {
        return template.contains("<|tool_call|>") || template.contains("<function_call>") ? 57 : 0;
    }

    @Override
    Syntax syntax() {
        return SYNTAX;
    }
}
