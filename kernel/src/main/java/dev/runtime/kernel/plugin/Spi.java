package dev.runtime.kernel.plugin;

import dev.runtime.api.Extension;
import dev.runtime.api.backend.Backend;
import dev.runtime.api.command.Command;
import dev.runtime.api.config.ConfigSource;
import dev.runtime.api.event.Listener;
import dev.runtime.api.http.Endpoint;
import dev.runtime.api.http.HttpHost;
import dev.runtime.api.http.RequestFilter;
import dev.runtime.api.model.Architecture;
import dev.runtime.api.model.ImageArchitecture;
import dev.runtime.api.model.ImageDecoder;
import dev.runtime.api.model.ModelFormat;
import dev.runtime.api.model.WeightWriter;
import dev.runtime.api.source.ModelSource;
import dev.runtime.api.source.Provider;
import dev.runtime.api.text.OutputParser;
import dev.runtime.api.text.TemplateEngine;
import dev.runtime.api.text.TokenizerFactory;
import dev.runtime.api.tool.Tool;
import java.util.List;

/** The service provider interfaces, in the order in which the extensions of one plug-in are started. */
final class Spi {
    /** All of them; the module declaration `uses` the same ones. */
    static final List<Class<? extends Extension>> ALL = List.of(
            ConfigSource.class, Listener.class, Backend.class, ModelFormat.class, WeightWriter.class, Architecture.class,
            ImageArchitecture.class, ImageDecoder.class, TokenizerFactory.class, TemplateEngine.class, OutputParser.class, ModelSource.class,
            Provider.class, Tool.class, RequestFilter.class, Endpoint.class, HttpHost.class, Command.class);

    private Spi() {}
}
