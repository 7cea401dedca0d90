package dev.runtime.plugin.output.parsers;

/** LFM 2 and 2.5: calls as a list of Python calls. */
public final class Lfm2Parser extends FamilyParser {
    private static final Syntax SYNTAX =
            Syntax.thinking(Syntax.THINK)
                    .withCalls("<|tool_call_start|>", () -> new MarkedBlock("<|tool_call_end|>", "", LiteralReader::pythonCalls))
                    .withForm(CallForms.literal("<|tool_call_start|>[", "", "(", "=", ")", ", ", "]<|tool_call_end|>"));

    /** Creates the parser. */
    public Lfm2Parser() {
        super("lfm2", "lfm2-thinking");
    }

    @Override
    int fits(String template) {
        return template.contains("<|tool_call_start|>") || template.contains("<|tool_list_start|>") || template.contains("List of tools: [")
                ? 59
                : 0;
    }

    @Override
    Syntax syntax() {
        return SYNTAX;
    }
}
