package dev.runtime.plugin.output.parsers;

/** Mistral, Ministral, Magistral, Devstral. */
public final class MistralParser extends FamilyParser {
    private static final Syntax SYNTAX =
            Syntax.thinking(new Syntax.Thought("[THINK]", "[/THINK]"))
                    .withThoughtsAnywhere()
                    .withCalls("[TOOL_CALLS]", NamedJsonBlock::new)
                    .withForm(CallForms.json("[TOOL_CALLS][", "", "arguments", "", ", ", "]"));

    /** Creates the parser. */
    public MistralParser() {
        super("ministral", "mistral");
    }

    @Override
    int fits(String template) {
        return template.contains("[TOOL_CALLS]") ? 61 : 0;
    }

    @Override
    Syntax syntax() {
        return SYNTAX;
    }
}
