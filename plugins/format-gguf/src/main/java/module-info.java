/** Opens GGUF weight files. */
module dev.runtime.plugin.format.gguf {
    requires dev.runtime.api;
}
