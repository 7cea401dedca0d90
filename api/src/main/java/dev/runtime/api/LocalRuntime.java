package dev.runtime.api;

import dev.runtime.api.config.Settings;
import dev.runtime.api.event.Events;
import dev.runtime.api.http.HttpService;
import dev.runtime.api.inference.Inference;
import dev.runtime.api.model.ModelCreation;
import dev.runtime.api.model.ModelLibrary;
import dev.runtime.api.model.Models;
import dev.runtime.api.plugin.Plugins;
import dev.runtime.api.plugin.Services;
import dev.runtime.api.source.Transfers;

/**
 * The running kernel as plug-ins and embedding programs see it.
 *
 * <p>All methods may be called by any thread and answer at once; work happens in the services they return.
 */
@Stable
public interface LocalRuntime {
    /** Returns the version of the runtime, such as {@code 0.1.0}. */
    String version();

    /** Returns the models of the store. */
    Models models();

    /** Returns what makes models from others and from files. */
    ModelCreation creation();

    /** Returns the store as something to change. */
    ModelLibrary library();

    /** Returns what brings models from and to other places. */
    Transfers transfers();

    /** Returns the engine: generation, embeddings, loaded models. */
    Inference inference();

    /** Returns the plug-ins and their states. */
    Plugins plugins();

    /** Returns the registry of extensions of all active plug-ins. */
    Services services();

    /** Returns the effective configuration. */
    Settings settings();

    /** Returns the stream of events. */
    Events events();

    /** Returns the control of the HTTP host. */
    HttpService http();
}
