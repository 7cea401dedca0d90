/**
 * Speaks the Ollama dialect over HTTP: lists, generation, chat, embeddings. Start reading at
 * {@link dev.runtime.plugin.dialect.ollama.OllamaEndpoint}, the table of routes; the package's description says what happens to a
 * request.
 */
module dev.runtime.plugin.dialect.ollama {
    requires dev.runtime.api;
    requires dev.runtime.plugin.dialect;

    exports dev.runtime.plugin.dialect.ollama;

    provides dev.runtime.api.http.Endpoint
            with dev.runtime.plugin.dialect.ollama.OllamaEndpoint;
    provides dev.runtime.api.config.ConfigSource
            with dev.runtime.plugin.dialect.ollama.CloudKeys;
}
