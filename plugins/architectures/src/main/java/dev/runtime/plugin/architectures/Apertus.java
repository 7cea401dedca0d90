package dev.runtime.plugin.architectures;

import dev.runtime.api.ErrorCode;
import dev.runtime.api.RuntimeFailure;
import dev.runtime.api.graph.ElementOp;
import dev.runtime.api.graph.RopeSpec.Style;
import dev.runtime.api.graph.Value;

/** Apertus: a feed-forward block without gate whose function, xIELU, has trained parameters in each layer. */
public final class Apertus extends PreNormDecoder {
    /** Creates the builder. */
    public Apertus() {
        super(Style.HALVES, "apertus");
    }

    @Override
    Value ffn(DecoderGraph g, int layer, Value x) {
        Value up = g.linear(layer, "ffn_up", x, g.innerSize(layer));
        Value y = g.graph.xielu(new ElementOp.Xielu(up, parameter(g, "alpha_n", layer), parameter(g, "alpha_p", layer),
                parameter(g, "beta", layer), parameter(g, "eps", layer)));
        return g.linear(layer, "ffn_down", y, g.hyper.width);
    }

    private static float parameter(DecoderGraph g, String name, int layer) {
        String key = "xielu." + name;
        return g.hyper.metadata().floats(key).filter(values -> values.length >= g.hyper.layers).map(values -> values[layer])
                .orElseThrow(() -> new RuntimeFailure(ErrorCode.MODEL_FILE_INVALID, "the model lacks the key " + key + " with one value for each of "
                        + g.hyper.layers + " layers; the file is incomplete"));
    }
}
