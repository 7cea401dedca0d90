package dev.runtime.plugin.architectures;

import dev.runtime.api.graph.Activation;
import dev.runtime.api.graph.ExpertOp;
import dev.runtime.api.graph.MoeSpec;
import dev.runtime.api.graph.Value;
import dev.runtime.api.graph.Weight;
import dev.runtime.api.model.TensorInfo;
import java.util.Optional;

/** Gemma 4's block of a dense part and a mixture of experts side by side, each with norms of its own. */
record Gemma4Experts(DecoderGraph g, int layer) {
    Value apply(Value x) {
        Value dense = g.norm(layer, "post_ffw_norm_1", g.denseFfn(layer, g.norm(layer, "ffn_norm", x), Activation.GELU_TANH));
        Value y = mixture(g.norm(layer, "pre_ffw_norm_2", x), route(x));
        return g.graph.add(dense, g.norm(layer, "post_ffw_norm_2", y));
    }

    /** The router reads the residual stream, normed without weights. */
    private Value route(Value x) {
        Hyper h = g.hyper;
        Value n = g.graph.scale(g.graph.rmsNorm(x, Optional.empty(), h.epsilon, 1), (float) (1 / Math.sqrt(h.width)));
        Value scaled = g.graph.mul(n, g.constant(g.tensors.vector(g.block(layer, "ffn_gate_inp.scale"), h.width)));
        int experts = h.experts();
        return g.graph.moeRoute(new ExpertOp.MoeRoute(g.linear(layer, "ffn_gate_inp", scaled, experts),
                new MoeSpec(experts, h.expertsUsed(), MoeSpec.Gating.SOFTMAX, true, 1, 1, 1), Optional.empty(), scales(experts)));
    }

    /** Factors of the experts' results, under the name of either converter. */
    private Optional<Weight> scales(int experts) {
        return g.tensors.findVector(g.block(layer, "ffn_down_exps.scale"), experts)
                .or(() -> g.tensors.findVector(g.block(layer, "ffn_gate_inp.per_expert_scale"), experts));
    }

    private Value mixture(Value x, Value route) {
        int experts = g.hyper.experts();
        int width = g.hyper.width;
        int inner = Math.toIntExact(g.tensors.require(g.block(layer, "ffn_down_exps.weight")).dim(0));
        Weight down = g.tensors.experts(g.block(layer, "ffn_down_exps.weight"), inner, width, experts);
        String fused = g.block(layer, "ffn_gate_up_exps.weight");
        if (g.tensors.has(fused)) {
            TensorInfo both = g.tensors.experts(fused, width, 2 * inner, experts).tensor();
            return g.graph.moeFfn(new ExpertOp.MoeFfn(x, route, new Weight(both, 0, inner), new Weight(both, inner, inner), down, Optional.empty(),
                    Activation.GELU_TANH, false));
        }
        return g.graph.moeFfn(new ExpertOp.MoeFfn(x, route, g.tensors.experts(g.block(layer, "ffn_gate_exps.weight"), width, inner, experts),
                g.tensors.experts(g.block(layer, "ffn_up_exps.weight"), width, inner, experts), down, Optional.empty(), Activation.GELU_TANH, false));
    }
}
