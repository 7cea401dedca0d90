package dev.runtime.api;

import dev.runtime.api.config.Settings;
import dev.runtime.api.plugin.PluginInfo;

/** What an extension is given at its start. */
@Stable
public interface ExtensionContext {
    /** Returns the plug-in that brought the extension. */
    PluginInfo plugin();

    /** Returns the effective configuration. */
    Settings settings();

    /** Returns the services of the running kernel; they stay valid until the extension is stopped. */
    LocalRuntime runtime();
}
