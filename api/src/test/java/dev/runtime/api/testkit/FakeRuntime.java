package dev.runtime.api.testkit;

import dev.runtime.api.ExtensionContext;
import dev.runtime.api.LocalRuntime;
import dev.runtime.api.config.Settings;
import dev.runtime.api.event.Events;
import dev.runtime.api.http.HttpService;
import dev.runtime.api.inference.Inference;
import dev.runtime.api.model.ModelCreation;
import dev.runtime.api.model.ModelLibrary;
import dev.runtime.api.model.Models;
import dev.runtime.api.plugin.PluginInfo;
import dev.runtime.api.plugin.PluginState;
import dev.runtime.api.plugin.Plugins;
import dev.runtime.api.plugin.Services;
import dev.runtime.api.source.Transfers;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** A kernel of three fakes; also the context of an extension that is tested. */
public record FakeRuntime(Models models, Inference inference, Settings settings) implements LocalRuntime, ExtensionContext {
    @Override
    public String version() {
        return "0.1.0";
    }

    @Override
    public PluginInfo plugin() {
        return new PluginInfo("tested", "0.1.0", PluginState.STARTING, true, Duration.ZERO, List.of(), Optional.empty());
    }

    @Override
    public LocalRuntime runtime() {
        return this;
    }

    @Override
    public ModelCreation creation() {
        throw new UnsupportedOperationException("no models are made in this fake");
    }

    @Override
    public ModelLibrary library() {
        return new FakeLibrary(models);
    }

    @Override
    public Transfers transfers() {
        return new FakeLibrary(models);
    }

    @Override
    public Plugins plugins() {
        throw new UnsupportedOperationException("no plug-ins in this fake");
    }

    @Override
    public Services services() {
        throw new UnsupportedOperationException("no services in this fake");
    }

    @Override
    public Events events() {
        throw new UnsupportedOperationException("no events in this fake");
    }

    @Override
    public HttpService http() {
        throw new UnsupportedOperationException("no HTTP in this fake");
    }
}
