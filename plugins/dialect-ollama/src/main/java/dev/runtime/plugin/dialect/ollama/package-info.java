/**
 * The Ollama dialect: maps requests to the engine's and events to replies, and does nothing else.
 *
 * <p>A call reads the body into {@link dev.runtime.plugin.dialect.Fields}, which keep account of what was asked for but
 * not understood, finds the model through {@link dev.runtime.plugin.dialect.ModelReference}, checks in the order that
 * clients know, and hands the request to the engine. {@link dev.runtime.plugin.dialect.ollama.Generation} turns the events into
 * lines or into one object.
 *
 * <p>Lines carry their notes in the last one alone; the header {@code Runtime-Notes} belongs to replies in one piece. Paths of the host
 * are shown to this machine only.
 */
package dev.runtime.plugin.dialect.ollama;
