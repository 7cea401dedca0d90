/**
 * Carries endpoints over HTTP/1.1 with Undertow: connections, limits, streaming, WebSockets. Routing, filters and the shape of
 * failures are the kernel's. Start reading at {@link dev.runtime.plugin.http.undertow.UndertowHost}; the package's description
 * says which thread does what.
 */
module dev.runtime.plugin.http.undertow {
    requires dev.runtime.api;
    requires dev.runtime.third.undertow;
    requires java.logging;

    exports dev.runtime.plugin.http.undertow;

    provides dev.runtime.api.http.HttpHost
            with dev.runtime.plugin.http.undertow.UndertowHost;
}
