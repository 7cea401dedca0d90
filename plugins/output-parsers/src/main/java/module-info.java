/** Separates the text of a model into thinking, content and tool calls. */
module dev.runtime.plugin.output.parsers {
    requires dev.runtime.api;
    requires tools.jackson.databind;
}
