/** The kernel: plug-in container, configuration, model store, scheduler and engine loop. */
module dev.runtime.kernel {
    requires dev.runtime.api;
    requires java.management;
    requires jdk.jfr;
    requires jdk.management;
    requires tools.jackson.core;
    requires tools.jackson.databind;
    requires tools.jackson.dataformat.toml;
}
