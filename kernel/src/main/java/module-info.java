/**
 * The kernel: plug-in container, configuration, model store, scheduler and engine loop.
 *
 * <p>It names no file format, architecture, dialect, tool and no hardware: all of these are extensions of plug-ins, found through
 * the interfaces in {@code uses}. Usable as a library without HTTP. Start reading at {@link dev.runtime.kernel.Kernel}, the only
 * thing that is exported besides its options; then {@code plugin} (life of plug-ins), {@code http} (way of a request),
 * {@code generate} (from request to events) and {@code engine} (from tokens to tokens).
 */
module dev.runtime.kernel {
    requires transitive dev.runtime.api;
    requires java.logging;
    requires java.management;
    requires jdk.jfr;
    requires jdk.management;
    requires tools.jackson.core;
    requires tools.jackson.databind;
    requires tools.jackson.dataformat.toml;

    exports dev.runtime.kernel;

    uses dev.runtime.api.backend.Backend;
    uses dev.runtime.api.command.Command;
    uses dev.runtime.api.config.ConfigSource;
    uses dev.runtime.api.event.Listener;
    uses dev.runtime.api.http.Endpoint;
    uses dev.runtime.api.http.HttpHost;
    uses dev.runtime.api.http.RequestFilter;
    uses dev.runtime.api.model.Architecture;
    uses dev.runtime.api.model.ImageArchitecture;
    uses dev.runtime.api.model.ImageDecoder;
    uses dev.runtime.api.model.ModelFormat;
    uses dev.runtime.api.model.WeightWriter;
    uses dev.runtime.api.source.ModelSource;
    uses dev.runtime.api.source.Provider;
    uses dev.runtime.api.text.OutputParser;
    uses dev.runtime.api.text.TemplateEngine;
    uses dev.runtime.api.text.TokenizerFactory;
    uses dev.runtime.api.tool.Tool;
}
