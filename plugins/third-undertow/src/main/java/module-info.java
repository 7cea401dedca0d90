/**
 * Undertow and the libraries it stands on (XNIO, WildFly common and client configuration, JBoss threads and logging, SmallRye common),
 * merged into one named module: several of the originals are automatic modules, which jlink refuses, and they do not resolve
 * together on a module path. Only what an HTTP host needs is exported.
 */
module dev.runtime.third.undertow {
    requires java.logging;
    requires java.management;
    requires java.naming;
    requires java.security.sasl;
    requires java.security.jgss;
    requires java.xml;
    requires jdk.unsupported;
    requires static java.sql;

    exports io.undertow;
    exports io.undertow.connector;
    exports io.undertow.io;
    exports io.undertow.server;
    exports io.undertow.server.handlers;
    exports io.undertow.server.handlers.sse;
    exports io.undertow.server.protocol.http;
    exports io.undertow.util;
    exports io.undertow.websockets;
    exports io.undertow.websockets.core;
    exports io.undertow.websockets.spi;
    exports org.xnio;
    exports org.xnio.channels;
    exports org.xnio.conduits;

    uses org.xnio.XnioProvider;
    uses io.undertow.protocols.alpn.ALPNProvider;
    uses io.undertow.client.ClientProvider;
    uses io.undertow.server.handlers.builder.HandlerBuilder;
    uses io.undertow.predicate.PredicateBuilder;
    uses io.undertow.attribute.ExchangeAttributeBuilder;
    uses io.undertow.protocols.alpn.ALPNEngineManager;

    provides org.xnio.XnioProvider
        with org.xnio.nio.NioXnioProvider;
    provides io.undertow.protocols.alpn.ALPNProvider
        with io.undertow.protocols.alpn.ModularJdkAlpnProvider;
    provides io.undertow.protocols.alpn.ALPNEngineManager
        with io.undertow.protocols.ssl.SNIAlpnEngineManager, io.undertow.protocols.alpn.DefaultAlpnEngineManager;
}
