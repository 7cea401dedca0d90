/**
 * Model families as graph builders on the coarse operators of the api.
 *
 * <p>Start reading at {@link dev.runtime.plugin.architectures.DecoderArchitecture}: it walks the layers, {@code DecoderGraph} holds the
 * building blocks, and a family is one small class that says how a layer of it is put together.
 */
module dev.runtime.plugin.architectures {
    requires dev.runtime.api;

    provides dev.runtime.api.model.Architecture with
            dev.runtime.plugin.architectures.Gemma3,
            dev.runtime.plugin.architectures.Llama,
            dev.runtime.plugin.architectures.Qwen2,
            dev.runtime.plugin.architectures.Qwen3;
}
