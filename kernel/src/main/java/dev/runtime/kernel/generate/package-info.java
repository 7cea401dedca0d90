/**
 * From a request to its events: {@link dev.runtime.kernel.generate.InferenceService} is the entry.
 *
 * <p>The way of a generation: the model is found, options are read over its own parameters ({@code RequestOptions}), what the model
 * cannot do is refused ({@code CapabilityCheck}), the scheduler lends the loaded model, messages become a prompt of tokens
 * ({@code PromptBuilder}, {@code PromptTruncation}), the engine writes tokens into a {@code TokenMailbox} that never makes it wait,
 * and on the caller's thread {@code ReplyStream} turns them into events: text, stop strings, the family's parser, log probabilities.
 *
 * <p>Everything that was ignored, cut or replaced on the way is a note of the reply; in strict mode what would be ignored is
 * refused.
 */
package dev.runtime.kernel.generate;
