package dev.runtime.plugin.architectures;

import dev.runtime.api.graph.Activation;
import dev.runtime.api.graph.RopeSpec.Style;
import dev.runtime.api.graph.Value;

/**
 * Qwen 3 Next and Qwen 3.5, dense and with experts: layers of the gated delta rule, every fourth with attention whose result has a gate.
 * Layers that predict further tokens are left out.
 */
public final class Qwen3Next extends PreNormDecoder {
    /** Creates the builder. */
    public Qwen3Next() {
        super(Style.HALVES, "qwen3next", "qwen35", "qwen35moe");
    }

    @Override
    int layers(Hyper hyper) {
        return hyper.mainLayers();
    }

    @Override
    String ffnNorm() {
        return "post_attention_norm";
    }

    @Override
    Value attention(DecoderGraph g, int layer, Value x) {
        return attends(g.hyper, layer) ? gated(g, layer, x) : new DeltaRule(g, layer).apply(x);
    }

    /** Files hold either a count of heads for each layer or the period of layers with attention. */
    private static boolean attends(Hyper h, int layer) {
        String key = h.key("attention.head_count_kv");
        return h.metadata().asMap().get(key) instanceof long[] ? h.attends(layer)
                : (layer + 1) % h.metadata().intOr(h.key("full_attention_interval"), 4, 1, 1024) == 0;
    }

    /** Attention whose query matrix gives, head by head, the query and the gate of the result. */
    private Value gated(DecoderGraph g, int layer, Value x) {
        int heads = g.hyper.heads(layer);
        int size = g.hyper.keySize;
        SelfAttention block = new SelfAttention(g, layer, attend(g, layer));
        Value both = g.linear(layer, "attn_q", x, 2 * heads * size);
        Value k = g.linear(layer, "attn_k", x, g.hyper.kvHeads(layer) * size);
        Value v = g.linear(layer, "attn_v", x, g.hyper.kvHeads(layer) * g.hyper.valueSize);
        Value y = block.attention(block.positioned(new SelfAttention.Heads(g.graph.slice(both, heads, 0, size), k, v)));
        return block.output(g.graph.mul(y, g.graph.activate(g.graph.slice(both, heads, size, size), Activation.SIGMOID)));
    }
}
