/** Builds the graphs of the known model families. */
module dev.runtime.plugin.architectures {
    requires dev.runtime.api;
}
