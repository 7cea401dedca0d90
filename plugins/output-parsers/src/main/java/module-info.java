/**
 * Parsers of what models write: thoughts, content, tool calls.
 *
 * <p>Start reading at {@link dev.runtime.plugin.output.parsers.HermesParser}: a family is a small class that says how to recognise it
 * and what its {@code Syntax} is, that is its markers and how its calls are read. {@code TaggedSession} does the streaming for all of
 * them: it never shows a marker, and holds text back only while it could still become one.
 */
module dev.runtime.plugin.output.parsers {
    requires dev.runtime.api;
    requires tools.jackson.databind;

    provides dev.runtime.api.text.OutputParser with
            dev.runtime.plugin.output.parsers.CoderParser,
            dev.runtime.plugin.output.parsers.CohereParser,
            dev.runtime.plugin.output.parsers.CommandRParser,
            dev.runtime.plugin.output.parsers.DeepSeekParser,
            dev.runtime.plugin.output.parsers.FunctionGemmaParser,
            dev.runtime.plugin.output.parsers.FunctionaryParser,
            dev.runtime.plugin.output.parsers.FunctoolsParser,
            dev.runtime.plugin.output.parsers.Gemma4Parser,
            dev.runtime.plugin.output.parsers.GenericParser,
            dev.runtime.plugin.output.parsers.GlmParser,
            dev.runtime.plugin.output.parsers.GraniteParser,
            dev.runtime.plugin.output.parsers.HarmonyParser,
            dev.runtime.plugin.output.parsers.HermesParser,
            dev.runtime.plugin.output.parsers.KimiParser,
            dev.runtime.plugin.output.parsers.Lfm2Parser,
            dev.runtime.plugin.output.parsers.LlamaParser,
            dev.runtime.plugin.output.parsers.MiniMaxParser,
            dev.runtime.plugin.output.parsers.MistralParser,
            dev.runtime.plugin.output.parsers.Olmo3Parser;
}
