/** Speaks the Ollama dialect over HTTP. */
module dev.runtime.plugin.dialect.ollama {
    requires dev.runtime.api;
    requires tools.jackson.databind;
}
