/** Making a model from a Modelfile: which files it means, sending them, and the request for the rest. */
package dev.runtime.plugin.cli.create;
