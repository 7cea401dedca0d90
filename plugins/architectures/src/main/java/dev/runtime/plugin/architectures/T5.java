package dev.runtime.plugin.architectures;

import dev.runtime.api.graph.Activation;
import dev.runtime.api.graph.AttentionSpec;
import dev.runtime.api.graph.CacheLayout;
import dev.runtime.api.graph.DistanceBias;
import dev.runtime.api.graph.Graph;
import dev.runtime.api.graph.Op;
import dev.runtime.api.graph.Value;
import dev.runtime.api.graph.Weight;
import dev.runtime.api.model.BuildOptions.Output;
import dev.runtime.api.model.ModelFile;
import dev.runtime.api.model.ModelShape;
import dev.runtime.api.model.ModelShape.Pooling;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * T5 and its descendants: an encoder reads the prompt, each layer of a decoder looks at what it found. Positions are biases of the scores,
 * learned in the first layer of a stack, where others have none of their own. T5 has no gates and ReLU, Flan-T5 and newer ones have gates
 * and GELU, of half floats as the common implementation has it: what the encoder finds amplifies the difference until tokens change. The
 * encoder alone gives embeddings. Source: Raffel et al. 2020.
 */
public final class T5 extends DecoderArchitecture {
    private static final String ENCODER = "enc.";
    private static final String DECODER = "dec.";
    private static final int FARTHEST = 128;
    private static final int MAX_BUCKETS = 65_536;

    /** Creates the builder. */
    public T5() {
        super("t5", "t5encoder");
    }

    @Override
    Hyper.Kind kind(ModelFile file) {
        return alone(file.metadata().requireString("general.architecture")) ? Hyper.Kind.ENCODER : Hyper.Kind.DECODER;
    }

    private static boolean alone(String architecture) {
        return architecture.equals("t5encoder");
    }

    @Override
    public ModelShape shape(ModelFile file) {
        Hyper h = hyper(file);
        ModelShape shape = h.shape();
        boolean alone = alone(shape.architecture());
        Pooling pooling = alone && !h.metadata().has(h.key("pooling_type")) ? Pooling.MEAN : shape.pooling();
        int begin = h.metadata().intOr("tokenizer.ggml.bos_token_id", 0, 0, h.vocabulary() - 1);
        int start = h.metadata().intOr(h.key("decoder_start_token_id"), begin, 0, h.vocabulary() - 1);
        return new ModelShape(shape.architecture(), shape.contextLength(), shape.embeddingLength(), shape.layers(), shape.heads(),
                shape.kvHeads(), shape.headSize(), shape.vocabulary(), pooling, alone ? OptionalInt.empty() : OptionalInt.of(start));
    }

    @Override
    Graph graph(DecoderGraph g) {
        if (g.options.output() == Output.ENCODING && g.hyper.kind() == Hyper.Kind.DECODER) {
            return encoding(g);
        }
        boolean decodes = g.options.output() == Output.LOGITS && g.hyper.kind() == Hyper.Kind.DECODER;
        return super.graph(decodes ? g.stack(DECODER, Hyper.Kind.DECODER) : g.stack(ENCODER, Hyper.Kind.ENCODER));
    }

    /** What the encoder finds, as keys and values of each layer of the decoder. */
    private Graph encoding(DecoderGraph g) {
        DecoderGraph encoder = g.stack(ENCODER, Hyper.Kind.ENCODER);
        Value found = finalNorm(encoder, hidden(encoder));
        DecoderGraph decoder = g.stack(DECODER, Hyper.Kind.DECODER);
        Hyper h = decoder.hyper;
        for (int layer = 0; layer < layers(h); layer++) {
            int heads = h.kvHeads(layer);
            g.graph.kvWrite(new Op.KvWrite(decoder.linear(layer, "cross_attn_k", found, heads * h.keySize),
                    decoder.linear(layer, "cross_attn_v", found, heads * h.valueSize),
                    new CacheLayout.KvLayer(crossLayer(h, layer), heads, h.keySize, h.valueSize)));
        }
        g.graph.output(Graph.EMBEDDING, found);
        return g.graph.build();
    }

    @Override
    int layers(Hyper hyper) {
        return hyper.kind() == Hyper.Kind.DECODER
                ? hyper.metadata().intOr(hyper.key("decoder_block_count"), hyper.layers, 1, Hyper.MAX_LAYERS) : hyper.layers;
    }

    @Override
    Value layer(DecoderGraph g, int layer, Value x) {
        x = g.residual(x, g.attention(layer, g.norm(layer, "attn_norm", x), Attend.unrotated(1).withDistance(distance(g, layer))));
        if (g.hyper.kind() == Hyper.Kind.DECODER) {
            x = g.residual(x, cross(g, layer, g.norm(layer, "cross_attn_norm", x)));
        }
        boolean gated = g.tensors.has(g.block(layer, "ffn_gate.weight"));
        return g.residual(x, g.ffn(layer, g.norm(layer, "ffn_norm", x), gated ? Activation.GELU_TANH_HALF : Activation.RELU));
    }

    private Value cross(DecoderGraph g, int layer, Value x) {
        Hyper h = g.hyper;
        Value q = g.linear(layer, "cross_attn_q", x, h.heads(layer) * h.keySize);
        Value y = g.graph.attention(new Op.Attention(q, Optional.empty(), Optional.empty(),
                AttentionSpec.cross(crossLayer(h, layer), h.heads(layer), h.kvHeads(layer), h.keySize, h.valueSize, 1)));
        return g.linear(layer, "cross_attn_o", y, h.width);
    }

    /** Keys and values of the encoder come behind those of the decoder. */
    private int crossLayer(Hyper h, int layer) {
        return layers(h) + layer;
    }

    private static DistanceBias distance(DecoderGraph g, int layer) {
        String own = g.block(layer, "attn_rel_b.weight");
        int buckets = g.hyper.metadata().requireInt(g.hyper.key("attention.relative_buckets_count"), 1, MAX_BUCKETS);
        Weight table = g.tensors.matrix(g.tensors.has(own) ? own : g.block(0, "attn_rel_b.weight"), g.hyper.heads(layer), buckets);
        return new DistanceBias(table, g.hyper.kind() == Hyper.Kind.ENCODER, FARTHEST);
    }

    @Override
    Value finalNorm(DecoderGraph g, Value x) {
        return g.norm(g.stack + "output_norm", x, 1);
    }
}
