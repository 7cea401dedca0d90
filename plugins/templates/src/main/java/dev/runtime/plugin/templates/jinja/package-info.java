/**
 * An engine for Jinja templates as Hugging Face's chat templates use them.
 *
 * <p>The way of a template: {@code Lexer} cuts the source into tokens and settles white space, {@code StatementParser} and
 * {@code ExpressionParser} build {@code Statement} and {@code Expression} records, {@code Interpreter} and {@code Evaluator} walk
 * them. The oracle is Python's jinja2 in the set-up of the transformers library: {@code trim_blocks}, {@code lstrip_blocks}, loop
 * controls, the immutable sandbox, no automatic escaping, and a {@code tojson} without escapes for HTML or non-ASCII text.
 *
 * <p>Values: {@code null} (Python's None), {@code Boolean}, {@code Long}, {@code BigInteger}, {@code Double}, {@code String},
 * {@code List}, {@code Tuple}, {@code Map}, {@code Undefined}, {@code Namespace} and {@code Callable}. Lists and maps never change.
 *
 * <p>Known differences from Python: filters that are generators there give lists here, {@code safe} and {@code escape} give plain
 * strings, inheritance and imports are refused, and so are methods that change a list or a map.
 */
package dev.runtime.plugin.templates.jinja;
