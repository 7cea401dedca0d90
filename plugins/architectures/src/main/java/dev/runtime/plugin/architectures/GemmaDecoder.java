package dev.runtime.plugin.architectures;

/** What the Gemma families have in common: embeddings multiplied by the root of their width, capped logits. */
abstract class GemmaDecoder extends DecoderArchitecture {
    private final float softCap;

    /**
     * Creates the builder.
     *
     * @param softCap the cap of the logits where the file does not say, 0 for none whatever the file says: there are files of Gemma 3 with a
     *     cap that their model was not trained with
     */
    GemmaDecoder(float softCap, String... names) {
        super(names);
        this.softCap = softCap;
    }

    @Override
    float embeddingScale(Hyper hyper) {
        return (float) Math.sqrt(hyper.width);
    }

    @Override
    float finalSoftCap(Hyper hyper) {
        return softCap == 0 ? 0 : hyper.number("final_logit_softcapping", softCap);
    }
}
