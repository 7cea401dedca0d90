/** Renders chat templates. */
module dev.runtime.plugin.templates {
    requires dev.runtime.api;
}
