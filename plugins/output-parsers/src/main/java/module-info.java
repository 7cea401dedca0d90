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
            dev.runtime.plugin.output.parsers.GenericParser,
            dev.runtime.plugin.output.parsers.HermesParser;
}
