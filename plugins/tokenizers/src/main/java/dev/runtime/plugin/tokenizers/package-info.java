/**
 * Tokenizers over a vocabulary in a model's metadata.
 *
 * <p>A text is first split at special tokens ({@code SpecialTokens}); the text between goes to the algorithm. Byte-level byte-pair encoding
 * splits it to words with a {@code PreTokenizer}, a list of {@code Stage}s, each of which is a regular expression written as a scanner:
 * {@code java.util.regex} may take quadratic time or overflow the stack on long runs, and prompts come from outside. Merging takes n log n
 * steps for a word or fragment of n bytes. Everything works on bytes, since tokens are byte strings and may cut characters.
 */
package dev.runtime.plugin.tokenizers;
