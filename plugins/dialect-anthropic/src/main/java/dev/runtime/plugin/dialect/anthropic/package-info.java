/**
 * The Anthropic dialect: maps requests to the engine's and events to replies, and does nothing else.
 *
 * <p>A call reads the body into {@link dev.runtime.plugin.dialect.Fields}, which keep account of what was asked for but not
 * understood. {@link dev.runtime.plugin.dialect.anthropic.MessageReader} turns messages of blocks into messages of roles.
 * {@link dev.runtime.plugin.dialect.anthropic.MessageEvents} turns what the engine says into blocks, of which one is open at a time.
 *
 * <h2>Tokens from the cache</h2>
 *
 * {@code input_tokens} are those that were evaluated, {@code cache_read_input_tokens} those that the prefix cache held; together they
 * are the prompt. {@code cache_control} is accepted everywhere: prefixes are cached without being asked.
 *
 * <h2>Where it differs from the reference</h2>
 *
 * {@code tool_choice} has an effect, tokens can be counted, {@code content} is an empty list instead of null, a failure on the way is
 * an event, and what has no effect is said in {@code notes} of the message or of the event {@code message_delta}.
 */
package dev.runtime.plugin.dialect.anthropic;
