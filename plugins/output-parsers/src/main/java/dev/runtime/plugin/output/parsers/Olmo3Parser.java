package dev.runtime.plugin.output.parsers;

/** OLMo 3: calls as lines of Python calls. */
public final class Olmo3Parser extends FamilyParser {
    private static final Syntax SYNTAX =
            Syntax.thinking(Syntax.THINK)
                    .withCalls("<function_calls>", () -> new MarkedBlock("</function_calls>", "", LiteralReader::pythonCalls))
                    .withForm(CallForms.literal("<function_calls>", "", "(", "=", ")", "\n", "</function_calls>"));

    /** Creates the parser. */
    public Olmo3Parser() {
        super("olmo3", "olmo3-think");
    }

    @Override
    int fits(String template) {
        return template.contains("<function_calls>") ? 58 : 0;
    }

    @Override
    Syntax syntax() {
        return SYNTAX;
    }
}
