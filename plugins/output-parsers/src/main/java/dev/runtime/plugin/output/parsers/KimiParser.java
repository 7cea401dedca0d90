package dev.runtime.plugin.output.parsers;

import java.util.Optional;

/** Kimi K2: a section of calls, each with an id that holds the name. */
public final class KimiParser extends FamilyParser {
    private static final Syntax SYNTAX =
            Syntax.thinking(Syntax.THINK)
                    .withCalls(
                            "<|tool_calls_section_begin|>",
                            () -> MarkedBlock.json("<|tool_calls_section_end|>", "<|tool_call_end|>", MarkedCalls::kimi))
                    // calls have numbers, so only one can be written with a fixed text
                    .withForm(CallForms.named("<|tool_calls_section_begin|>", "<|tool_call_begin|>functions.",
                            ":0<|tool_call_argument_begin|>", "<|tool_call_end|>", Optional.empty(), "<|tool_calls_section_end|>"));

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
