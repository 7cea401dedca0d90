/**
 * What all dialects do the same way: JSON, request bodies, finding models, replies in one piece and live ones.
 *
 * <p>A call reads the body by {@link dev.runtime.plugin.dialect.RequestReader} into {@link dev.runtime.plugin.dialect.Fields}, which
 * keep account of what was asked for but not understood, finds the model by {@link dev.runtime.plugin.dialect.ModelLookup}, and hands
 * a request to the engine. The events go to {@link dev.runtime.plugin.dialect.CollectedReply}, or through
 * {@link dev.runtime.plugin.dialect.LiveReply} to the client as they come. What a request or reply looks like is each dialect's own.
 *
 * <h2>Nothing silent</h2>
 *
 * What was ignored, cut or replaced is listed as {@code notes} in the last object of a reply, and in its header
 * {@code Runtime-Notes} as far as it is known when the header is sent. With {@code server.strict} unknown fields are refused instead.
 *
 * <h2>Names and paths</h2>
 *
 * From the network only valid model names reach the store, in their full form, so that no name is ever taken for a file. A path of
 * a weight file is accepted from this machine alone (the command line sends it), and not if a proxy says that it speaks for someone
 * else.
 */
package dev.runtime.plugin.dialect;
