/**
 * The way of a request between a host and its endpoint.
 *
 * <p>Start reading at {@link dev.runtime.kernel.http.HttpFront}. {@link dev.runtime.kernel.http.Guard} refuses what a foreign web
 * page sends, {@link dev.runtime.kernel.http.RoutingTable} finds the route, {@link dev.runtime.kernel.http.Failures} turns whatever
 * is thrown into a reply. {@link dev.runtime.kernel.http.Frontage} is a snapshot of all endpoints and filters, replaced as a
 * whole when a plug-in comes or goes; {@link dev.runtime.kernel.http.InUse} then tells when the last request has left it.
 */
package dev.runtime.kernel.http;
