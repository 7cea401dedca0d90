package dev.runtime.plugin.architectures;

import dev.runtime.api.graph.Value;
import dev.runtime.api.model.ModelFile;

/** Mamba, Falcon Mamba and Mamba 2: state spaces on a residual stream, no attention, no feed-forward block. */
public final class Mamba extends DecoderArchitecture {
    /** Creates the builder. */
    public Mamba() {
        super("mamba", "mamba2");
    }

    @Override
    Hyper.Kind kind(ModelFile file) {
        return Hyper.Kind.RECURRENT;
    }

    @Override
    Value layer(DecoderGraph g, int layer, Value x) {
        Value n = g.norm(layer, "attn_norm", x);
        StateSpace mixer = new StateSpace(g, layer);
        return g.residual(x, g.tensors.has(g.block(layer, "ssm_x.weight")) ? mixer.mamba(n) : mixer.mamba2(n));
    }
}
