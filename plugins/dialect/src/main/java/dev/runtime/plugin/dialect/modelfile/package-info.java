/**
 * Modelfiles: the text from which models are made and as which they are shown. Shared by the command that reads one and the endpoint that
 * prints one; start at {@link dev.runtime.plugin.dialect.modelfile.Modelfile}.
 */
package dev.runtime.plugin.dialect.modelfile;
