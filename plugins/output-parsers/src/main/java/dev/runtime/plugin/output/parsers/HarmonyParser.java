package dev.runtime.plugin.output.parsers;

import dev.runtime.api.text.OutputParser;

/** gpt-oss: messages with headers that name a channel and perhaps a recipient. */
public final class HarmonyParser extends FamilyParser {
    /** Creates the parser. */
    public HarmonyParser() {
        super("harmony", "gpt-oss", "gptoss");
    }

    @Override
    int fits(String template) {
        return template.contains("<|channel|>") && template.contains("<|message|>") && template.contains("<|start|>") ? 90 : 0;
    }

    @Override
    Syntax syntax() {
        return Syntax.thinking();
    }

    @Override
    public Session open(OutputParser.Request request) {
        return new HarmonySession(request);
    }
}
