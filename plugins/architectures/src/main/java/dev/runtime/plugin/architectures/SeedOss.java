package dev.runtime.plugin.architectures;

import dev.runtime.api.graph.RopeSpec.Style;

/** Seed-OSS: as Qwen 2 with another name for the norm before the feed-forward block. */
public final class SeedOss extends PreNormDecoder {
    /** Creates the builder. */
    public SeedOss() {
        super(Style.HALVES, "seed_oss");
    }

    @Override
    String ffnNorm() {
        return "post_attention_norm";
    }
}
