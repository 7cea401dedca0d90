/**
 * A whole fake stack below the engine: a format, an architecture, a tokenizer and a backend without mathematics.
 *
 * <p>{@link dev.runtime.kernel.testing.FakeLanguage} is the model: its scores are a pure function of the tokens so far.
 * {@link dev.runtime.kernel.testing.FakeProgram} computes the same function from what it finds in the KV cache through the block tables
 * of the step, so a mistake in paging, sharing, shifting or positions gives other tokens than the language itself.
 */
package dev.runtime.kernel.testing;
