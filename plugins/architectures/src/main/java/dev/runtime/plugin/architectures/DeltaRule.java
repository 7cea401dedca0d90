package dev.runtime.plugin.architectures;

import dev.runtime.api.graph.Activation;
import dev.runtime.api.graph.GraphBuilder;
import dev.runtime.api.graph.RecurrentOp;
import dev.runtime.api.graph.Value;
import java.util.List;
import java.util.Optional;

/**
 * The mixer of the gated delta rule: convolved queries, keys and values, keys and queries of unit length, a decay and a rate for each value
 * head and token, a gated norm on the result. Projections are separate or, in older files, packed key head by key head.
 */
record DeltaRule(DecoderGraph g, int layer) {
    /** What goes into the rule: {@code qkv [2 keyHeads keySize + valueHeads valueSize]}, the gate, and rate and step of each head. */
    private record Inputs(Value qkv, Value gate, Value rate, Value step) {}

    Value apply(Value x) {
        Hyper h = g.hyper;
        int keySize = h.size("ssm.state_size");
        int keyHeads = h.size("ssm.group_count");
        int valueHeads = h.metadata().requireInt(h.key("ssm.time_step_rank"), keyHeads, 1 << 16);
        int valueSize = h.metadata().requireInt(h.key("ssm.inner_size"), valueHeads, 1 << 22) / valueHeads;
        int keys = Math.multiplyExact(keyHeads, keySize);
        int values = Math.multiplyExact(valueHeads, valueSize);
        Inputs inputs = inputs(x, keyHeads, keySize, valueHeads, valueSize);
        Value mixed = new StateSpace(g, layer).convolved(inputs.qkv());
        Value q = graph().scale(unit(graph().slice(mixed, 1, 0, keys), keyHeads), (float) (1 / Math.sqrt(valueSize)));
        Value k = unit(graph().slice(mixed, 1, keys, keys), keyHeads);
        Value step = graph().activate(graph().add(inputs.step(), g.constant(g.tensors.vector(g.block(layer, "ssm_dt"), ".bias", valueHeads))),
                Activation.SOFTPLUS);
        Value decay = graph().activate(graph().mul(step, g.constant(g.tensors.vector(g.block(layer, "ssm_a"), valueHeads))), Activation.EXP);
        boolean tiled = h.metadata().flag(h.key("ssm.v_head_reordered"), !h.key("").equals("qwen3next."));
        Value y = graph().deltaNet(new RecurrentOp.DeltaNet(q, k, graph().slice(mixed, 1, 2 * keys, values), decay,
                graph().activate(inputs.rate(), Activation.SIGMOID), keyHeads, valueHeads, keySize, valueSize, tiled, StateSpace.scanState(layer)));
        Value normed = g.norm(g.block(layer, "ssm_norm"), y, valueHeads);
        return g.linear(layer, "ssm_out", graph().mul(normed, graph().activate(inputs.gate(), Activation.SILU)), h.width);
    }

    private Inputs inputs(Value x, int keyHeads, int keySize, int valueHeads, int valueSize) {
        int keys = keyHeads * keySize;
        int values = valueHeads * valueSize;
        int each = valueHeads / keyHeads;
        Value qkv;
        Value gate;
        if (g.tensors.has(g.block(layer, "ssm_in.weight"))) {
            Value all = g.linear(layer, "ssm_in", x, 2 * keys + 2 * values);
            qkv = graph().concat(List.of(graph().slice(all, keyHeads, 0, keySize), graph().slice(all, keyHeads, keySize, keySize),
                    graph().slice(all, keyHeads, 2 * keySize, each * valueSize)));
            gate = graph().slice(all, keyHeads, 2 * keySize + each * valueSize, each * valueSize);
        } else {
            qkv = g.linear(layer, "attn_qkv", x, 2 * keys + values);
            gate = g.linear(layer, "attn_gate", x, values);
        }
        if (g.tensors.has(g.block(layer, "ssm_ba.weight"))) {
            Value both = g.linear(layer, "ssm_ba", x, 2 * valueHeads);
            return new Inputs(qkv, gate, graph().slice(both, keyHeads, 0, each), graph().slice(both, keyHeads, each, each));
        }
        return new Inputs(qkv, gate, g.linear(layer, "ssm_beta", x, valueHeads), g.linear(layer, "ssm_alpha", x, valueHeads));
    }

    /** Each head p of n elements as {@code p / sqrt(sum(p^2) + epsilon)}: its RMS norm with {@code epsilon / n}, divided by {@code sqrt n}. */
    private Value unit(Value x, int heads) {
        int size = x.width() / heads;
        return graph().scale(graph().rmsNorm(x, Optional.empty(), g.hyper.epsilon / size, heads), (float) (1 / Math.sqrt(size)));
    }

    private GraphBuilder graph() {
        return g.graph;
    }
}
