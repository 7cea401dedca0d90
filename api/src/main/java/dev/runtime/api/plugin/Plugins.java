package dev.runtime.api.plugin;

import dev.runtime.api.Stable;
import java.nio.file.Path;
import java.util.List;

/** The plug-in container. Safe for use by many threads; changes happen one at a time. */
@Stable
public interface Plugins {
    /** Returns all plug-ins, built-in ones first, then by id. */
    List<PluginInfo> list();

    /**
     * Installs and starts a jar, or a folder of jars, that lies outside the watched folder.
     *
     * @throws dev.runtime.api.RuntimeFailure with {@code plugin.failed} and the reason if it is refused
     */
    PluginInfo install(Path jarOrFolder);

    /**
     * Drains, stops and lets go of a plug-in that is not built in.
     *
     * @throws dev.runtime.api.RuntimeFailure with {@code plugin.failed} if there is none of that id or it is built in
     */
    void uninstall(String id);
}
