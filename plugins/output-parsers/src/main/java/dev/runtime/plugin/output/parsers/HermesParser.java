package dev.runtime.plugin.output.parsers;

/** Hermes, Qwen 2.5 and 3, QwQ, SmolLM 3, Granite 4 and others: thoughts in {@code <think>}, calls as JSON in {@code <tool_call>}. */
public final class HermesParser extends FamilyParser {
    private static final Syntax SYNTAX =
            Syntax.thinking(Syntax.THINK).withCalls("<tool_call>", () -> new JsonBlock("</tool_call>"))
                    .withForm(CallForms.json("", "<tool_call>\n", "arguments", "\n</tool_call>", "\n", ""));

    /** Creates the parser. */
    public HermesParser() {
        super("hermes", "qwen3", "qwen3-thinking", "qwen3-vl-instruct", "qwen3-vl-thinking");
    }

    @Override
    int fits(String template) {
        return template.contains("<tool_call>") ? 30 : 0;
    }

    @Override
    Syntax syntax() {
        return SYNTAX;
    }
}
