package dev.runtime.plugin.output.parsers;

/** Qwen 3 Coder, Qwen 3.5, Nemotron 3, Seed: calls in tags {@code <function=NAME>} and {@code <parameter=KEY>}. */
public final class CoderParser extends FamilyParser {
    private static final Syntax SYNTAX =
            Syntax.thinking(Syntax.THINK, new Syntax.Thought("<seed:think>", "</seed:think>"))
                    .withCalls("<tool_call>", tools -> block("</tool_call>", tools))
                    .withCalls("<seed:tool_call>", tools -> block("</seed:tool_call>", tools))
                    .withForm(CallForms.tagged("", "<tool_call>\n<function=", ">\n", "<parameter=", ">\n", "\n</parameter>\n",
                            "</function>\n</tool_call>", "\n", ""));

    /** Creates the parser. */
    public CoderParser() {
        super("qwen3-coder", "qwen3.5", "ornith", "nemotron-3-nano", "nemotron-3.5-nano");
    }

    private static CallBlock block(String close, Tools tools) {
        return new MarkedBlock(close, "<parameter=", "</parameter>", "</function>", body -> TagCalls.QWEN.read(body, tools));
    }

    @Override
    int fits(String template) {
        return template.contains("<function=") && template.contains("<parameter=") ? 70 : 0;
    }

    @Override
    Syntax syntax() {
        return SYNTAX;
    }
}
