package dev.runtime.plugin.architectures;

import dev.runtime.api.graph.Activation;
import dev.runtime.api.graph.ExpertOp;
import dev.runtime.api.graph.GraphBuilder;
import dev.runtime.api.graph.MoeSpec;
import dev.runtime.api.graph.MoeSpec.Gating;
import dev.runtime.api.graph.Value;
import dev.runtime.api.graph.Weight;
import java.util.Optional;

/**
 * The feed-forward block of a layer in whatever form its tensors have: gated, gate and up fused into one tensor, without a gate, or a
 * mixture of experts with or without a shared one.
 */
record FeedForward(DecoderGraph g, int layer, Activation activation) {
    /** Adds the block. */
    Value apply(Value x) {
        return has("ffn_gate_inp.weight") ? mixture(x) : dense(x);
    }

    /** Adds the block of the tensors without experts. */
    Value dense(Value x) {
        int width = g.hyper.width;
        int inner = g.innerSize(layer);
        if (!has("ffn_gate.weight")) {
            int rows = Math.toIntExact(g.tensors.require(g.block(layer, "ffn_up.weight")).dim(1));
            return rows == 2 * inner ? fused(x, inner)
                    : g.linear(layer, "ffn_down", graph().activate(g.linear(layer, "ffn_up", x, inner), activation), width);
        }
        if (has("ffn_gate.bias") || has("ffn_down.bias")) {
            Value gate = graph().activate(g.linear(layer, "ffn_gate", x, inner), activation);
            return g.linear(layer, "ffn_down", graph().mul(gate, g.linear(layer, "ffn_up", x, inner)), width);
        }
        return gated(x, "", inner);
    }

    /** The first half of {@code ffn_up}'s rows is the gate. */
    private Value fused(Value x, int inner) {
        String up = g.block(layer, "ffn_up.weight");
        int width = g.hyper.width;
        return graph().gatedFfn(x, g.tensors.rows(up, width, 2 * inner, 0, inner), g.tensors.rows(up, width, 2 * inner, inner, inner),
                g.tensors.matrix(g.block(layer, "ffn_down.weight"), inner, width), activation);
    }

    private Value gated(Value x, String suffix, int inner) {
        int width = g.hyper.width;
        return graph().gatedFfn(x, g.tensors.matrix(g.block(layer, "ffn_gate" + suffix + ".weight"), width, inner),
                g.tensors.matrix(g.block(layer, "ffn_up" + suffix + ".weight"), width, inner),
                g.tensors.matrix(g.block(layer, "ffn_down" + suffix + ".weight"), inner, width), activation);
    }

    private Value mixture(Value x) {
        Hyper h = g.hyper;
        int experts = h.experts();
        int width = h.width;
        int inner = Math.toIntExact(g.tensors.require(g.block(layer, "ffn_down_exps.weight")).dim(0));
        Value route = graph().moeRoute(g.linear(layer, "ffn_gate_inp", x, experts), spec(h, experts),
                g.tensors.findVector(g.block(layer, "exp_probs_b.bias"), experts));
        Value small = latent("down", "in", x, Math.toIntExact(g.tensors.require(g.block(layer, "ffn_up_exps.weight")).dim(0)));
        int in = small.width();
        Weight up = g.tensors.experts(g.block(layer, "ffn_up_exps.weight"), in, inner, experts);
        Weight gate = has("ffn_gate_exps.weight") || needsGate()
                ? g.tensors.experts(g.block(layer, "ffn_gate_exps.weight"), in, inner, experts) : up;
        Value y = graph().moeFfn(new ExpertOp.MoeFfn(small, route, gate, up,
                g.tensors.experts(g.block(layer, "ffn_down_exps.weight"), inner, in, experts),
                biases(inner, experts), activation, g.moe.scaleInput()));
        Value mixed = latent("up", "out", y, width);
        return has("ffn_up_shexp.weight") ? graph().add(mixed, shared(x)) : mixed;
    }

    /** The way to the short vectors of experts, or back, where a file has such; by the names of both converters. */
    private Value latent(String name, String other, Value x, int out) {
        String tensor = has("ffn_latent_" + name + ".weight") ? "ffn_latent_" + name : "ffn_latent_" + other;
        return has(tensor + ".weight") ? g.linear(layer, tensor, x, out) : x;
    }

    private Optional<ExpertOp.ExpertBiases> biases(int inner, int experts) {
        return has("ffn_gate_exps.bias") ? Optional.of(new ExpertOp.ExpertBiases(
                g.tensors.matrix(g.block(layer, "ffn_gate_exps.bias"), inner, experts),
                g.tensors.matrix(g.block(layer, "ffn_up_exps.bias"), inner, experts),
                g.tensors.matrix(g.block(layer, "ffn_down_exps.bias"), g.hyper.width, experts))) : Optional.empty();
    }

    /** The expert that every token uses, with a gate of its own where the file has one. */
    private Value shared(Value x) {
        int inner = Math.toIntExact(g.tensors.require(g.block(layer, "ffn_down_shexp.weight")).dim(0));
        Value y = has("ffn_gate_shexp.weight") || needsGate() ? gated(x, "_shexp", inner)
                : g.linear(layer, "ffn_down_shexp", graph().activate(g.linear(layer, "ffn_up_shexp", x, inner), activation), g.hyper.width);
        if (!has("ffn_gate_inp_shexp.weight")) {
            return y;
        }
        Value gate = graph().linear(x, g.tensors.vectorAsMatrix(g.block(layer, "ffn_gate_inp_shexp.weight"), g.hyper.width));
        return graph().mul(y, graph().activate(gate, Activation.SIGMOID));
    }

    private MoeSpec spec(Hyper h, int experts) {
        Gating gating = switch (h.metadata().intOr(h.key("expert_gating_func"), g.moe.gating(), 0, 3)) {
            case 2 -> Gating.SIGMOID;
            case 3 -> Gating.SOFTMAX_CHOSEN;
            default -> Gating.SOFTMAX;
        };
        int groups = h.metadata().intOr(h.key("expert_group_count"), 1, 1, experts);
        // a softmax of the chosen ones adds up to 1 already
        boolean normalize = gating != Gating.SOFTMAX_CHOSEN && h.metadata().flag(h.key("expert_weights_norm"), g.moe.normalize());
        return new MoeSpec(experts, h.expertsUsed(), gating, normalize,
                (float) h.metadata().number(h.key("expert_weights_scale"), 1), groups,
                h.metadata().intOr(h.key("expert_group_used_count"), groups, 1, groups));
    }

    /** Whether a missing gate of experts is damage: those with these functions alone exist without. */
    private boolean needsGate() {
        return activation != Activation.RELU_SQUARED && activation != Activation.GELU_TANH;
    }

    private boolean has(String name) {
        return g.tensors.has(g.block(layer, name));
    }

    private GraphBuilder graph() {
        return g.graph;
    }

    /**
     * What a family's router does where the file does not say.
     *
     * @param gating as the key {@code expert_gating_func}: 1 softmax, 2 sigmoid, 3 softmax of the chosen
     * @param normalize whether the weights of the chosen experts add up to 1
     * @param scaleInput whether an expert's weight multiplies its input instead of its result
     */
    record Defaults(int gating, boolean normalize, boolean scaleInput) {
        Defaults(int gating, boolean normalize) {
            this(gating, normalize, false);
        }
    }
}
