package dev.runtime.plugin.architectures;

import dev.runtime.api.graph.Activation;
import dev.runtime.api.graph.GraphBuilder;
import dev.runtime.api.graph.RecurrentOp;
import dev.runtime.api.graph.Value;
import dev.runtime.api.graph.Weight;
import java.util.Optional;

/**
 * The recurrent mixers of a layer: selective state spaces of both generations and the short convolution. Each takes normed hidden states
 * and keeps its state in the slots {@link #convolutionState} and {@link #scanState}.
 */
record StateSpace(DecoderGraph g, int layer) {
    /** Slot of a layer's last convolution inputs. */
    static int convolutionState(int layer) {
        return 2 * layer;
    }

    /** Slot of a layer's recurrent state. */
    static int scanState(int layer) {
        return 2 * layer + 1;
    }

    /** Mamba: every channel is a head of its own; step sizes, inputs and outputs depend on the convolved channels. */
    Value mamba(Value x) {
        Hyper h = g.hyper;
        int inner = h.size("ssm.inner_size");
        int states = h.size("ssm.state_size");
        int rank = h.size("ssm.time_step_rank");
        Value both = g.linear(layer, "ssm_in", x, 2 * inner);
        Value channels = convolved(graph().slice(both, 1, 0, inner));
        Value parameters = g.linear(layer, "ssm_x", channels, rank + 2 * states);
        Value dt = g.linear(layer, "ssm_dt", normed("ssm_dt_norm", graph().slice(parameters, 1, 0, rank)), inner);
        Value y = graph().ssmScan(new RecurrentOp.SsmScan(channels, graph().activate(dt, Activation.SOFTPLUS),
                normed("ssm_b_norm", graph().slice(parameters, 1, rank, states)),
                normed("ssm_c_norm", graph().slice(parameters, 1, rank + states, states)),
                g.tensors.matrix(g.block(layer, "ssm_a"), states, inner), g.tensors.vector(g.block(layer, "ssm_d"), inner), inner, 1, states, 1,
                scanState(layer)));
        return g.linear(layer, "ssm_out", gated(y, graph().slice(both, 1, inner, inner)), h.width);
    }

    /** Mamba 2: heads of several channels share a decay, groups of heads share inputs and outputs. */
    Value mamba2(Value x) {
        Hyper h = g.hyper;
        int inner = h.size("ssm.inner_size");
        int states = h.size("ssm.state_size");
        int heads = h.metadata().requireInt(h.key("ssm.time_step_rank"), 1, inner);
        int groups = h.metadata().requireInt(h.key("ssm.group_count"), 1, heads);
        int shared = Math.multiplyExact(groups, states);
        Value all = g.linear(layer, "ssm_in", x, 2 * inner + 2 * shared + heads);
        Value mixed = convolved(graph().slice(all, 1, inner, inner + 2 * shared));
        Value steps = graph().add(graph().slice(all, 1, 2 * inner + 2 * shared, heads),
                g.constant(g.tensors.vector(g.block(layer, "ssm_dt"), ".bias", heads)));
        Value y = graph().ssmScan(new RecurrentOp.SsmScan(graph().slice(mixed, 1, 0, inner), graph().activate(steps, Activation.SOFTPLUS),
                graph().slice(mixed, 1, inner, shared), graph().slice(mixed, 1, inner + shared, shared),
                g.tensors.matrix(g.block(layer, "ssm_a"), 1, heads), g.tensors.matrix(g.block(layer, "ssm_d"), 1, heads), heads, inner / heads,
                states, groups, scanState(layer)));
        Value out = gated(y, graph().slice(all, 1, 0, inner));
        String norm = g.block(layer, "ssm_norm");
        return g.linear(layer, "ssm_out", g.tensors.has(norm + ".weight") ? g.norm(norm, out, groups) : out, h.width);
    }

    /** A gated convolution over the last few tokens. */
    Value shortConvolution(Value x) {
        int width = g.hyper.width;
        Value all = g.linear(layer, "shortconv.in_proj", x, 3 * width);
        Value u = graph().mul(graph().slice(all, 1, 0, width), graph().slice(all, 1, 2 * width, width));
        Weight kernel = g.tensors.matrix(g.block(layer, "shortconv.conv.weight"), g.hyper.size("shortconv.l_cache"), width);
        Value y = graph().conv1d(u, kernel, Optional.empty(), convolutionState(layer));
        return g.linear(layer, "shortconv.out_proj", graph().mul(graph().slice(all, 1, width, width), y), width);
    }

    /** The causal convolution {@code ssm_conv1d}, then SiLU. */
    Value convolved(Value x) {
        Weight kernel = g.tensors.matrix(g.block(layer, "ssm_conv1d.weight"), g.hyper.size("ssm.conv_kernel"), x.width());
        return graph().activate(graph().conv1d(x, kernel, g.tensors.findVector(g.block(layer, "ssm_conv1d.bias"), x.width()),
                convolutionState(layer)), Activation.SILU);
    }

    private Value gated(Value y, Value gate) {
        return graph().mul(y, graph().activate(gate, Activation.SILU));
    }

    /** The norm of that name where the file has it; without weights where the metadata asks for that. */
    private Value normed(String name, Value x) {
        if (g.tensors.has(g.block(layer, name + ".weight"))) {
            return g.norm(g.block(layer, name), x, 1);
        }
        return g.hyper.metadata().flag(g.hyper.key("ssm.dt_b_c_rms"), false)
                ? graph().rmsNorm(x, Optional.empty(), g.hyper.epsilon, 1) : x;
    }

    private GraphBuilder graph() {
        return g.graph;
    }
}
