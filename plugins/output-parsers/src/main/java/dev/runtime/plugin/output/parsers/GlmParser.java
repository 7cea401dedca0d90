package dev.runtime.plugin.output.parsers;

/** GLM 4.5 to 4.7, Laguna: calls as {@code <tool_call>NAME} with pairs of {@code <arg_key>} and {@code <arg_value>}. */
public final class GlmParser extends FamilyParser {
    private static final Syntax SYNTAX =
            Syntax.thinking(Syntax.THINK)
                    .withCalls(
                            "<tool_call>",
                            tools ->
                                    new MarkedBlock(
                                            "</tool_call>",
                                            "<arg_value>",
                                            "</arg_value>",
                                            "</tool_call>",
                                            body -> TagCalls.readPairs(body, tools)))
                    .withForm(CallForms.tagged("", "<tool_call>", "\n", "<arg_key>", "</arg_key>\n<arg_value>", "</arg_value>\n", "</tool_call>",
                            "\n", ""));

    /** Creates the parser. */
    public GlmParser() {
        super("glm-4.7", "glm-ocr", "laguna", "poolside-v1");
    }

    @Override
    int fits(String template) {
        return template.contains("<arg_key>") ? 65 : 0;
    }

    @Override
    Syntax syntax() {
        return SYNTAX;
    }
}
