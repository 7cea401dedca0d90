package dev.runtime.api.plugin;

import dev.runtime.api.Stable;

/** The states of a plug-in, in the order of its life. */
@Stable
public enum PluginState {
    /** Its files are known. */
    INSTALLED,
    /** Its modules were resolved into a layer. */
    RESOLVED,
    /** Its extensions are being started. */
    STARTING,
    /** Its extensions are in the service registry. */
    ACTIVE,
    /** Its extensions are being drained and stopped. */
    STOPPING,
    /** Its layer was let go. */
    UNINSTALLED,
    /** It could not be resolved or started; the reason is kept. */
    REFUSED
}
