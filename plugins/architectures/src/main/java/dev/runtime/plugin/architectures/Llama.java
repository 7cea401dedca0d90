package dev.runtime.plugin.architectures;

import dev.runtime.api.graph.RopeSpec.Style;

/**
 * Llama 1 to 3.3 and everything in its shape: Mistral, Mixtral (with experts), Yi, SmolLM2, R1 distillations. A sliding window in
 * the metadata of early Mistral files is ignored, as their users expect.
 */
public final class Llama extends PreNormDecoder {
    /** Creates the builder. */
    public Llama() {
        super(Style.ADJACENT, "llama");
    }
}
