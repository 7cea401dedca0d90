package dev.runtime.kernel.plugin;

/** The reason why a plug-in cannot be resolved or started, for people. */
final class PluginRefused extends Exception {
    private static final long serialVersionUID = 1;

    PluginRefused(String reason) {
        super(reason);
    }

    PluginRefused(String reason, Throwable cause) {
        super(reason, cause);
    }
}
