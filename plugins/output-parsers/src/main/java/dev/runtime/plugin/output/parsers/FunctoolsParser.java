package dev.runtime.plugin.output.parsers;

/** FireFunction, and Phi 4 mini in its other form: an array of calls after {@code functools}; Nemotron mini: objects in {@code <toolcall>}. */
public final class FunctoolsParser extends FamilyParser {
    private static final String ARRAY = "functools[";
    private static final String TAG = "<toolcall>";
    private static final Syntax SYNTAX =
            Syntax.thinking(Syntax.THINK)
                    .withCalls(ARRAY, () -> new JsonBlock("", "["))
                    .withCalls(TAG, () -> new JsonBlock("</toolcall>"))
                    .withForm(CallForms.json(ARRAY, "", "arguments", "", ", ", "]"));

    /** Creates the parser. */
    public FunctoolsParser() {
        super("functools");
    }

    @Override
    int fits(String template) {
        return template.contains(ARRAY) || template.contains(TAG) ? 40 : 0;
    }

    @Override
    Syntax syntax() {
        return SYNTAX;
    }
}
