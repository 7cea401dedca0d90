/**
 * The HTTP host.
 *
 * <h2>Threads</h2>
 *
 * One or two IO threads of XNIO parse request heads and are told by the operating system which connections can be read or
 * written. Each request runs on a virtual thread of its own. That thread reads and writes the non-blocking channels itself and,
 * where it has to wait, parks on a {@link dev.runtime.plugin.http.undertow.Gate} that an IO thread opens. Undertow's own blocking
 * streams are not used: they wait in a selector, which holds on to the carrier of a virtual thread, so that a handful of slow
 * clients would stop all others.
 *
 * <h2>Clients that go away</h2>
 *
 * While a request is being answered nobody reads from its connection, so nobody would notice that it was closed. Once the
 * handler asks for the request's cancellation and the body was read, {@link dev.runtime.plugin.http.undertow.PeerWatch} takes
 * over the connection's reading side: end of stream or an error cancels, bytes of a next request are kept for Undertow's parser.
 * A client that closes only its sending side counts as gone too, as in most servers.
 */
package dev.runtime.plugin.http.undertow;
