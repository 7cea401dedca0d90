package dev.runtime.api.plugin;

import dev.runtime.api.Stable;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * A plug-in as it is now.
 *
 * @param id the file or folder name without {@code .jar}, or the module name of a built-in one
 * @param version the module's version, or empty text when it has none
 * @param state its state
 * @param builtIn whether it is part of the image
 * @param startTime how long resolving and starting took
 * @param extensions what it provides, as {@code SpiName: ImplementationClass}
 * @param reason why it was refused
 */
@Stable
public record PluginInfo(
        String id,
        String version,
        PluginState state,
        boolean builtIn,
        Duration startTime,
        List<String> extensions,
        Optional<String> reason) {
    /** Copies the list. */
    public PluginInfo {
        extensions = List.copyOf(extensions);
    }
}
