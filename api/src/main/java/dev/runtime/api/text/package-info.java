/** Text in and out of a model: tokenizers, chat templates, parsers of what the model writes. */
package dev.runtime.api.text;
