package dev.runtime.plugin.output.parsers;

/** FunctionGemma: calls with strings between {@code <escape>}. */
public final class FunctionGemmaParser extends FamilyParser {
    private static final Syntax SYNTAX =
            Syntax.thinking()
                    .withCalls(
                            "<start_function_call>",
                            () -> new MarkedBlock("<end_function_call>", "", body -> LiteralReader.gemmaCall(body, "<escape>")))
                    .withDropped("<start_function_response>")
                    .withForm(CallForms.literal("", "<start_function_call>call:", "{", ":", "}<end_function_call>", "", ""));

    /** Creates the parser. */
    public FunctionGemmaParser() {
        super("functiongemma");
    }

    @Override
    int fits(String template) {
        return template.contains("<start_function_call>") ? 75 : 0;
    }

    @Override
    Syntax syntax() {
        return SYNTAX;
    }
}
