/**
 * HTTP as endpoints see it, independent of the server: {@link dev.runtime.api.http.Endpoint} brings routes,
 * {@link dev.runtime.api.http.HttpExchange} is one request, {@link dev.runtime.api.http.HttpHost} is what a server implements.
 */
package dev.runtime.api.http;
