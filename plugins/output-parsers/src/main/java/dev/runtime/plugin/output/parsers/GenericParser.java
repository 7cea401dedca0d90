package dev.runtime.plugin.output.parsers;

import dev.runtime.api.text.OutputParser;

/** Any other model: thoughts in the usual markers at the beginning of a reply, the rest is content. */
public final class GenericParser implements OutputParser {
    private static final Syntax SYNTAX = Syntax.thinking(
            Syntax.THINK,
            new Syntax.Thought("<thought>", "</thought>"),
            new Syntax.Thought("<seed:think>", "</seed:think>"),
            new Syntax.Thought("<|inner_prefix|>", "<|inner_suffix|>"));

    /** Creates the parser. */
    public GenericParser() {}

    @Override
    public String name() {
        return "generic";
    }

    @Override
    public int score(ModelHints hints) {
        return hints.configured().equals("passthrough") ? 0 : 1;
    }

    @Override
    public Session open(Request request) {
        return new TaggedSession(SYNTAX, request);
    }
}
