/**
 * Templates in the language of Go's {@code text/template}, as far as model templates use it.
 *
 * <p>{@code Lexer} and {@code Parser} make a tree of {@code Node}s once, {@code Execution} walks it for each conversation over
 * {@code PromptData}. Values are {@code null}, {@code Boolean}, {@code Long}, {@code Double}, {@code String}, lists, maps, and
 * {@code GoStruct} where a field that does not exist is an error. Templates come from strangers: {@code Meter} bounds steps and output.
 */
package dev.runtime.plugin.templates.go;
