/** Turns text into tokens and back. */
module dev.runtime.plugin.tokenizers {
    requires dev.runtime.api;
}
