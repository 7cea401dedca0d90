package dev.runtime.plugin.format.safetensors.families;

import dev.runtime.api.ErrorCode;
import dev.runtime.api.RuntimeFailure;
import dev.runtime.plugin.format.safetensors.HfConfig;
import java.util.Map;
import java.util.TreeSet;

/** The families that can be read, by the name that the library gives them. To add one, add a line. */
public final class Families {
    /** Norms after the blocks and before them: what others call the norm before the feed-forward block comes after attention here. */
    private static final Map<String, String> FOUR_NORMS = Map.of("layer.post_attention_layernorm", "post_attention_norm",
            "layer.pre_feedforward_layernorm", "ffn_norm", "layer.post_feedforward_layernorm", "post_ffw_norm");

    private static final Map<String, Family> FAMILIES = Map.ofEntries(
            Map.entry("llama", Family.decoder("llama", DecoderFacts::plain).rotatingNeighbours()),
            Map.entry("mistral", Family.decoder("llama", DecoderFacts::plain).rotatingNeighbours()),
            Map.entry("mixtral", Family.decoder("llama", DecoderFacts::experts).rotatingNeighbours()),
            Map.entry("ministral3", Family.decoder("mistral3", DecoderFacts::temperature).rotatingNeighbours()),
            Map.entry("granite", Family.decoder("granite", DecoderFacts::granite).rotatingNeighbours()),
            Map.entry("smollm3", Family.decoder("smollm3", DecoderFacts::plain).rotatingNeighbours()),
            Map.entry("qwen2", Family.decoder("qwen2", DecoderFacts::plain)),
            Map.entry("qwen2_moe", Family.decoder("qwen2moe", DecoderFacts::experts)),
            Map.entry("qwen3", Family.decoder("qwen3", DecoderFacts::plain)),
            Map.entry("qwen3_moe", Family.decoder("qwen3moe", DecoderFacts::experts)),
            Map.entry("olmo2", Family.decoder("olmo2", DecoderFacts::plain).named(FOUR_NORMS)),
            Map.entry("phi3", Family.decoder("phi3", DecoderFacts::phi)),
            Map.entry("gemma", Family.decoder("gemma", DecoderFacts::gemma).normsPlusOne()),
            Map.entry("gemma2", Family.decoder("gemma2", DecoderFacts::gemma).normsPlusOne().named(FOUR_NORMS)),
            Map.entry("gemma3_text", Family.decoder("gemma3", DecoderFacts::gemma3).normsPlusOne().named(FOUR_NORMS)),
            Map.entry("gpt_oss", Family.decoder("gpt-oss", DecoderFacts::gptOss).named(Map.of("layer.self_attn.sinks", "attn_sinks.weight",
                    "layer.post_attention_layernorm", "post_attention_norm"))),
            Map.entry("bert", Family.encoder("bert", EncoderFacts.BERT, EncoderFacts::bert)),
            Map.entry("nomic_bert", Family.encoder("nomic-bert", EncoderFacts.NOMIC, EncoderFacts::nomic)));

    private Families() {}

    /**
     * Returns the family of a model.
     *
     * @throws RuntimeFailure with {@code model.unsupported} if it is none of those here
     */
    public static Family of(HfConfig config) {
        Family family = FAMILIES.get(config.modelType());
        if (family == null) {
            throw new RuntimeFailure(ErrorCode.MODEL_UNSUPPORTED, "unsupported architecture \"" + config.className() + "\" (model_type \""
                    + config.modelType() + "\"): folders of the families " + new TreeSet<>(FAMILIES.keySet())
                    + " can be read; for others fetch a converted file");
        }
        // models of images and text of one family keep their text model under the same name
        boolean embeds = family.architecture().equals("gemma3") && config.flag(false, "use_bidirectional_attention");
        return embeds ? new Family("gemma-embedding", false, 1, family.names(), family.facts()) : family;
    }
}
