package dev.runtime.plugin.output.parsers;

/** MiniMax M2: calls in {@code <minimax:tool_call>} with {@code <invoke>} and {@code <parameter>}. */
public final class MiniMaxParser extends FamilyParser {
    private static final Syntax SYNTAX =
            Syntax.thinking(Syntax.THINK)
                    .withCalls(
                            "<minimax:tool_call>",
                            tools ->
                                    new MarkedBlock(
                                            "</minimax:tool_call>",
                                            "<parameter name=",
                                            "</parameter>",
                                            "</invoke>",
                                            body -> TagCalls.INVOKE.read(body, tools)))
                    .withForm(CallForms.tagged("<minimax:tool_call>\n", "<invoke name=\"", "\">\n", "<parameter name=\"", "\">",
                            "</parameter>\n", "</invoke>\n", "", "</minimax:tool_call>"));

    /** Creates the parser. */
    public MiniMaxParser() {
        super("minimax-m2");
    }

    @Override
    int fits(String template) {
        return template.contains("<minimax:tool_call>") ? 64 : 0;
    }

    @Override
    Syntax syntax() {
        return SYNTAX;
    }
}
