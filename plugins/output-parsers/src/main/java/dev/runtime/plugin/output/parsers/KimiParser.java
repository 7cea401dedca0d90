package dev.runtime.plugin.output.parsers;

/** Kimi K2: a section of calls, each with an id that holds the name. */
public final class KimiParser extends FamilyParser {
    private static final Syntax SYNTAX =
            Syntax.thinking(Syntax.THINK)
                    .withCalls(
                            "<|tool_calls_section_begin|>",
                            () -> new MarkedBlock("<|tool_calls_section_end|>", "<|tool_call_end|>", MarkedCalls::kimi));

    /** Creates the parser. */
    public KimiParser() {
        super("kimi-k2");
    }

    @Override
    int fits(String template) {
        return template.contains("<|tool_calls_section_begin|>") ? 63 : 0;
    }

    @Override
    Syntax syntax() {
        return SYNTAX;
    }
}
