/**
 * Model families as graph builders on the coarse operators of the api.
 *
 * <p>Start reading at {@link dev.runtime.plugin.architectures.DecoderArchitecture}: it walks the layers, {@code DecoderGraph} holds the
 * building blocks, and a family is one small class that says how a layer of it is put together. Image encoders are in a package of their own, begin there at
 * {@link dev.runtime.plugin.architectures.images.ImageEncoders}.
 */
module dev.runtime.plugin.architectures {
    requires dev.runtime.api;

    provides dev.runtime.api.model.Architecture with
            dev.runtime.plugin.architectures.Apertus,
            dev.runtime.plugin.architectures.Bert,
            dev.runtime.plugin.architectures.Bloom,
            dev.runtime.plugin.architectures.CommandR,
            dev.runtime.plugin.architectures.Deepseek,
            dev.runtime.plugin.architectures.Deepseek2,
            dev.runtime.plugin.architectures.Exaone4,
            dev.runtime.plugin.architectures.Falcon,
            dev.runtime.plugin.architectures.FalconH1,
            dev.runtime.plugin.architectures.Gemma,
            dev.runtime.plugin.architectures.Gemma2,
            dev.runtime.plugin.architectures.Gemma3,
            dev.runtime.plugin.architectures.Gemma3n,
            dev.runtime.plugin.architectures.Gemma4,
            dev.runtime.plugin.architectures.Glm4,
            dev.runtime.plugin.architectures.Glm4Moe,
            dev.runtime.plugin.architectures.Gpt2,
            dev.runtime.plugin.architectures.GptNeoX,
            dev.runtime.plugin.architectures.GptOss,
            dev.runtime.plugin.architectures.Granite,
            dev.runtime.plugin.architectures.GraniteHybrid,
            dev.runtime.plugin.architectures.Hunyuan,
            dev.runtime.plugin.architectures.Jamba,
            dev.runtime.plugin.architectures.Lfm2,
            dev.runtime.plugin.architectures.LikeLlama,
            dev.runtime.plugin.architectures.LikeQwen,
            dev.runtime.plugin.architectures.Llama,
            dev.runtime.plugin.architectures.Llama4,
            dev.runtime.plugin.architectures.Mamba,
            dev.runtime.plugin.architectures.MiniCpm3,
            dev.runtime.plugin.architectures.Mistral3,
            dev.runtime.plugin.architectures.ModernBert,
            dev.runtime.plugin.architectures.Mpt,
            dev.runtime.plugin.architectures.Nemotron,
            dev.runtime.plugin.architectures.NemotronH,
            dev.runtime.plugin.architectures.Olmo,
            dev.runtime.plugin.architectures.Olmo2,
            dev.runtime.plugin.architectures.OlmoE,
            dev.runtime.plugin.architectures.Phi2,
            dev.runtime.plugin.architectures.Phi3,
            dev.runtime.plugin.architectures.PhiMoe,
            dev.runtime.plugin.architectures.Qwen2,
            dev.runtime.plugin.architectures.Qwen2Moe,
            dev.runtime.plugin.architectures.Qwen3,
            dev.runtime.plugin.architectures.Qwen3Next,
            dev.runtime.plugin.architectures.QwenVision,
            dev.runtime.plugin.architectures.SeedOss,
            dev.runtime.plugin.architectures.SmolLm3,
            dev.runtime.plugin.architectures.StableLm,
            dev.runtime.plugin.architectures.StarCoder2,
            dev.runtime.plugin.architectures.T5;
    provides dev.runtime.api.model.ImageArchitecture with dev.runtime.plugin.architectures.images.ImageEncoders;
}
