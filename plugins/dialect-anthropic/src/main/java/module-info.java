/**
 * Speaks the Anthropic dialect over HTTP: messages and the counting of their tokens. Start reading at
 * {@link dev.runtime.plugin.dialect.anthropic.AnthropicEndpoint}, the table of routes; the package's description says what happens
 * to a request.
 */
module dev.runtime.plugin.dialect.anthropic {
    requires dev.runtime.api;
    requires dev.runtime.plugin.dialect;

    exports dev.runtime.plugin.dialect.anthropic;

    provides dev.runtime.api.http.Endpoint
            with dev.runtime.plugin.dialect.anthropic.AnthropicEndpoint;
}
