/**
 * The Ollama dialect: maps requests to the engine's and events to replies, and does nothing else.
 *
 * <p>A call reads the body into {@link dev.runtime.plugin.dialect.ollama.Fields}, which keep account of what was asked for but
 * not understood, finds the model through {@link dev.runtime.plugin.dialect.ollama.ModelReference}, checks in the order that
 * clients know, and hands the request to the engine. {@link dev.runtime.plugin.dialect.ollama.Generation} turns the events into
 * lines or into one object.
 *
 * <h2>Nothing silent</h2>
 *
 * What was ignored, cut or replaced is in {@code notes} of the last object, a list of sentences that is only there when it holds
 * something, and in the header {@code Runtime-Notes} of replies that are sent in one piece. With {@code server.strict} unknown
 * fields are refused instead.
 *
 * <h2>Names and paths</h2>
 *
 * From the network only valid model names reach the store, in their full form, so that no name is ever taken for a file. A path of
 * a weight file is accepted from this machine alone (the command line sends it), and not if a proxy says that it speaks for someone
 * else. Paths of the host are shown to this machine alone, too.
 */
package dev.runtime.plugin.dialect.ollama;
