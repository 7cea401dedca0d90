/**
 * GGUF weight files: opens them, single or split into shards, by mapping them into memory, and writes them, quantised if asked.
 *
 * <p>Start reading at {@link dev.runtime.plugin.format.gguf.GgufFormat}; {@code GgufHeader} reads metadata and tensor directory, and
 * {@code GgufCursor} is the only place that touches bytes whose bounds were not checked yet. Writing starts at
 * {@link dev.runtime.plugin.format.gguf.GgufWriter}; the package {@code quant} holds the quantisers of all types and the rules of mixtures.
 */
module dev.runtime.plugin.format.gguf {
    requires dev.runtime.api;

    provides dev.runtime.api.model.ModelFormat with
            dev.runtime.plugin.format.gguf.GgufFormat;
    provides dev.runtime.api.model.WeightWriter with
            dev.runtime.plugin.format.gguf.GgufWriter;
}
