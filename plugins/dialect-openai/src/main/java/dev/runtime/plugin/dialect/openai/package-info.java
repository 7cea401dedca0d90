/**
 * The OpenAI dialect: maps requests to the engine's and events to replies, and does nothing else.
 *
 * <p>A call reads the body into {@link dev.runtime.plugin.dialect.Fields}, which keep account of what was asked for but not
 * understood, finds the model, and hands a request to the engine, once for each answer that is wanted. Replies in one piece are made
 * of collected events; streamed ones write each event as it comes and end with {@code [DONE]}, or with an object that has
 * {@code error} if the generation failed on the way.
 *
 * <h2>Where it differs from the reference</h2>
 *
 * {@code max_completion_tokens} counts if there is no {@code max_tokens}; {@code n}, {@code logit_bias}, {@code echo} and
 * {@code tool_choice} have an effect; ids are unique; developers' messages are system messages, which templates know. What has no
 * effect is said in {@code notes} of the last object.
 */
package dev.runtime.plugin.dialect.openai;
