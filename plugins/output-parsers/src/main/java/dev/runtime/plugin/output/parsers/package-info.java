/**
 * Output parsers by model family.
 *
 * <p>Rules that all of them keep: a reply may arrive in any split and gives the same events; white space before an opening marker and
 * after a closing one belongs to neither side; a call is passed on whole; what cannot be read as a call becomes content with a note.
 * Repairs are made only where there is one sensible reading, and each leaves a note: white space and trailing commas, Python's
 * constants and quotes, brackets that are missing before a closing marker. A call that the end of the reply cut off is never completed.
 *
 * <p>Thoughts that were not asked for are left out, with a note. Calls are looked for only if tools were offered; a call of a tool that
 * was not offered is passed on with a note in formats whose markers leave no doubt that a call is meant, and is content in the others.
 */
package dev.runtime.plugin.output.parsers;
