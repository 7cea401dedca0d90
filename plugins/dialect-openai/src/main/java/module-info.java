/**
 * Speaks the OpenAI dialect over HTTP: chat, completions, responses, embeddings, models. Start reading at
 * {@link dev.runtime.plugin.dialect.openai.OpenAiEndpoint}, the table of routes; the package's description says what happens to a
 * request.
 */
module dev.runtime.plugin.dialect.openai {
    requires dev.runtime.api;
    requires dev.runtime.plugin.dialect;

    exports dev.runtime.plugin.dialect.openai;

    provides dev.runtime.api.http.Endpoint
            with dev.runtime.plugin.dialect.openai.OpenAiEndpoint;
}
