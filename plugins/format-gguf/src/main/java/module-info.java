/**
 * Opens GGUF weight files, single or split into shards, by mapping them into memory.
 *
 * <p>Start reading at {@link dev.runtime.plugin.format.gguf.GgufFormat}; {@code GgufHeader} reads metadata and tensor directory, and
 * {@code GgufCursor} is the only place that touches bytes whose bounds were not checked yet.
 */
module dev.runtime.plugin.format.gguf {
    requires dev.runtime.api;

    provides dev.runtime.api.model.ModelFormat with
            dev.runtime.plugin.format.gguf.GgufFormat;
}
