package dev.runtime.plugin.output.parsers;

import java.util.Optional;

/** DeepSeek V3, V3.1, R1 and its distillates, Cogito. */
public final class DeepSeekParser extends FamilyParser {
    private static final Syntax SYNTAX =
            Syntax.thinking(Syntax.THINK)
                    .withCalls(
                            "<｜tool▁calls▁begin｜>",
                            () -> MarkedBlock.json("<｜tool▁calls▁end｜>", "<｜tool▁call▁end｜>", MarkedCalls::deepSeek))
                    .withForm(CallForms.named("<｜tool▁calls▁begin｜>", "<｜tool▁call▁begin｜>", "<｜tool▁sep｜>", "<｜tool▁call▁end｜>",
                            Optional.of(""), "<｜tool▁calls▁end｜>"));

    /** Creates the parser. */
    public DeepSeekParser() {
        super("deepseek3", "cogito");
    }

    @Override
    int fits(String template) {
        return template.contains("<｜tool▁calls▁begin｜>") ? 62 : 0;
    }

    @Override
    Syntax syntax() {
        return SYNTAX;
    }
}
