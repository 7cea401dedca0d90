package dev.runtime.kernel.plugin;

import dev.runtime.api.Extension;
import dev.runtime.api.LocalRuntime;
import dev.runtime.api.config.ConfigKey;
import dev.runtime.api.config.Settings;
import dev.runtime.api.event.Events;
import dev.runtime.api.event.RuntimeEvent;
import dev.runtime.api.http.HttpService;
import dev.runtime.api.inference.Inference;
import dev.runtime.api.model.ModelCreation;
import dev.runtime.api.model.ModelLibrary;
import dev.runtime.api.model.Models;
import dev.runtime.api.plugin.Plugins;
import dev.runtime.api.plugin.Services;
import dev.runtime.api.source.Transfers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** Remembers what the container says; has no services but the registry. */
final class FakeSurroundings implements Surroundings, LocalRuntime {
    final ServiceRegistry registry = new ServiceRegistry();
    /** Each as {@code id STATE}. */
    final List<String> changes = Collections.synchronizedList(new ArrayList<>());
    volatile List<ConfigKey> keys = List.of();

    @Override
    public LocalRuntime runtime() {
        return this;
    }

    @Override
    public void keys(List<ConfigKey> all) {
        keys = all;
    }

    @Override
    public void drain(List<Extension> extensions, Duration limit) {
        changes.add("drain " + extensions.size());
    }

    @Override
    public void publish(RuntimeEvent event) {
        if (event instanceof RuntimeEvent.PluginChanged(String id, String state, String _)) {
            changes.add(id + " " + state);
        }
    }

    @Override
    public String version() {
        return "test";
    }

    @Override
    public Services services() {
        return registry;
    }

    @Override
    public Models models() {
        throw new UnsupportedOperationException();
    }

    @Override
    public ModelCreation creation() {
        throw new UnsupportedOperationException();
    }

    @Override
    public ModelLibrary library() {
        throw new UnsupportedOperationException();
    }

    @Override
    public Transfers transfers() {
        throw new UnsupportedOperationException();
    }

    @Override
    public Inference inference() {
        throw new UnsupportedOperationException();
    }

    @Override
    public Plugins plugins() {
        throw new UnsupportedOperationException();
    }

    @Override
    public Settings settings() {
        throw new UnsupportedOperationException();
    }

    @Override
    public Events events() {
        throw new UnsupportedOperationException();
    }

    @Override
    public HttpService http() {
        throw new UnsupportedOperationException();
    }
}
