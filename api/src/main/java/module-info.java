/**
 * The contract between the kernel and everything that plugs into it: service provider interfaces, value records, errors.
 *
 * <p>Nothing but {@code java.base} appears in its signatures, so a plug-in needs this module and nothing else. Start reading at
 * {@link dev.runtime.api.Extension}, the life of every plugged-in service, and {@link dev.runtime.api.LocalRuntime}, what a plug-in
 * can ask of the kernel. The interfaces to implement, by package:
 *
 * <ul>
 *   <li>{@link dev.runtime.api.backend.Backend}: hardware; {@link dev.runtime.api.graph.Op}: the operators it runs
 *   <li>{@link dev.runtime.api.model.ModelFormat}, {@link dev.runtime.api.model.Architecture}: weight files and what they compute
 *   <li>{@link dev.runtime.api.text.TokenizerFactory}, {@link dev.runtime.api.text.TemplateEngine},
 *       {@link dev.runtime.api.text.OutputParser}: text in, text out
 *   <li>{@link dev.runtime.api.http.Endpoint}, {@link dev.runtime.api.http.RequestFilter}, {@link dev.runtime.api.http.HttpHost}: HTTP
 *   <li>{@link dev.runtime.api.tool.Tool}, {@link dev.runtime.api.command.Command}, {@link dev.runtime.api.event.Listener},
 *       {@link dev.runtime.api.config.ConfigSource}
 *   <li>{@link dev.runtime.api.source.ModelSource}, {@link dev.runtime.api.source.Provider}: models from elsewhere
 * </ul>
 */
module dev.runtime.api {
    exports dev.runtime.api;
    exports dev.runtime.api.backend;
    exports dev.runtime.api.command;
    exports dev.runtime.api.config;
    exports dev.runtime.api.event;
    exports dev.runtime.api.graph;
    exports dev.runtime.api.http;
    exports dev.runtime.api.inference;
    exports dev.runtime.api.model;
    exports dev.runtime.api.plugin;
    exports dev.runtime.api.source;
    exports dev.runtime.api.text;
    exports dev.runtime.api.tool;
}
