package dev.runtime.plugin.architectures.images;

import dev.runtime.api.ErrorCode;
import dev.runtime.api.RuntimeFailure;
import dev.runtime.api.graph.Activation;
import dev.runtime.api.graph.AttentionSpec;
import dev.runtime.api.graph.Graph;
import dev.runtime.api.graph.GraphBuilder;
import dev.runtime.api.graph.RopeSpec;
import dev.runtime.api.graph.Value;
import dev.runtime.api.graph.Weight;
import dev.runtime.api.model.ImageEncoder;
import dev.runtime.api.model.ModelFile;
import dev.runtime.api.model.TensorInfo;
import java.lang.foreign.MemorySegment;
import java.util.Optional;

/**
 * A vision transformer and its projector. The building blocks take their tensors by the usual names ({@code v.blk.I.NAME}); hidden states are
 * {@code [patches, width]}.
 */
abstract class Tower implements ImageEncoder {
    final TowerShape shape;
    final ModelFile file;
    private final boolean layerNorm;
    private Optional<Graph> built = Optional.empty();

    Tower(ModelFile file) {
        this.file = file;
        shape = TowerShape.of(file.metadata());
        layerNorm = file.tensor("v.blk.0.ln1.bias").isPresent();
    }

    /** Adds everything and declares the result. */
    abstract void build(GraphBuilder g);

    /** The elements of the embeddings, to be the hidden size of the text model. */
    final int projection() {
        return file.metadata().requireInt("clip.vision.projection_dim", 1, 1 << 20);
    }

    @Override
    public final synchronized Graph graph() {
        if (built.isEmpty()) {
            GraphBuilder g = new GraphBuilder();
            build(g);
            built = Optional.of(g.build());
        }
        return built.get();
    }

    @Override
    public MemorySegment data(TensorInfo tensor) {
        return file.data(tensor(tensor.name()));
    }

    /** The products of the patches' pixels with the convolution's kernels, whose stride is their size. */
    final Value patches(GraphBuilder g) {
        Value pixels = g.input(0, shape.pixels());
        Value x = g.linear(pixels, kernel("v.patch_embd.weight"), vector("v.patch_embd.bias", shape.width()));
        return file.tensor("v.patch_embd.weight.1").isEmpty() ? x : g.add(x, g.linear(pixels, kernel("v.patch_embd.weight.1")));
    }

    private Weight kernel(String name) {
        TensorInfo t = tensor(name);
        if (t.dim(0) != shape.patch() || t.dim(1) != shape.patch() || t.dim(2) != 3 || t.dim(3) != shape.width()) {
            throw misshapen(t, shape.patch() + ", " + shape.patch() + ", 3, " + shape.width());
        }
        return Weight.of(new TensorInfo(name, t.type(), new long[] {shape.pixels(), shape.width()}));
    }

    /**
     * One block: norm, attention, add; norm, feed-forward block, add.
     *
     * @param rope rotates queries and keys
     * @param windows whether patches see those of their window only
     */
    final Value block(GraphBuilder g, int layer, Value x, Optional<RopeSpec> rope, boolean windows) {
        String at = "v.blk." + layer + ".";
        Value a = norm(g, at + "ln1", x);
        Value q = projection(g, at, "attn_q", a, 0);
        Value k = projection(g, at, "attn_k", a, 1);
        int heads = shape.heads();
        Value turnedQ = rope.map(r -> g.rope(q, heads, r)).orElse(q);
        Value turnedK = rope.map(r -> g.rope(k, heads, r)).orElse(k);
        AttentionSpec spec = AttentionSpec.among(heads, shape.headSize(), (float) (1 / Math.sqrt(shape.headSize())), windows);
        Value attended = g.attention(turnedQ, turnedK, projection(g, at, "attn_v", a, 2), spec);
        Value h = g.add(x, linear(g, at + "attn_out", attended, shape.width()));
        return g.add(h, feedForward(g, at, norm(g, at + "ln2", h)));
    }

    private Value projection(GraphBuilder g, String at, String name, Value x, int part) {
        int width = shape.width();
        if (file.tensor(at + "attn_qkv.weight").isEmpty()) {
            return linear(g, at + name, x, width);
        }
        return g.slice(linear(g, at + "attn_qkv", x, 3 * width), 1, part * width, width);
    }

    /** In many files the names of the first and the last matrix are exchanged. */
    private Value feedForward(GraphBuilder g, String at, Value x) {
        boolean exchanged = tensor(at + "ffn_up.weight").dim(0) != shape.width() || tensor(at + "ffn_up.weight").dim(1) != shape.inner();
        String up = at + (exchanged ? "ffn_down" : "ffn_up");
        String down = at + (exchanged ? "ffn_up" : "ffn_down");
        Value inner = linear(g, up, x, shape.inner());
        Value active = file.tensor(at + "ffn_gate.weight").isEmpty() ? g.activate(inner, shape.activation())
                : g.mul(g.activate(linear(g, at + "ffn_gate", x, shape.inner()), shape.activation()), inner);
        return linear(g, down, active, shape.width());
    }

    /** Two products with a function between them. */
    final Value twoLayers(GraphBuilder g, String first, String second, Value x, int inner, int out) {
        return linear(g, second, g.activate(linear(g, first, x, inner), Activation.GELU_TANH), out);
    }

    /** A layer norm where the encoder's norms have biases, else an RMS norm. */
    final Value norm(GraphBuilder g, String name, Value x) {
        Weight weight = vector(name + ".weight", x.width()).orElseThrow(() -> lacking(name + ".weight"));
        return layerNorm ? g.layerNorm(x, Optional.of(weight), vector(name + ".bias", x.width()), shape.epsilon(), 1)
                : g.rmsNorm(x, weight, shape.epsilon());
    }

    final Value normIfThere(GraphBuilder g, String name, Value x) {
        return file.tensor(name + ".weight").isPresent() ? norm(g, name, x) : x;
    }

    final Value linear(GraphBuilder g, String name, Value x, int out) {
        TensorInfo t = tensor(name + ".weight");
        if (t.dim(0) != x.width() || t.dim(1) != out || t.elements() != (long) x.width() * out) {
            throw misshapen(t, x.width() + ", " + out);
        }
        return g.linear(x, Weight.of(t), vector(name + ".bias", out));
    }

    final Optional<Weight> vector(String name, int n) {
        return file.tensor(name).map(t -> {
            if (t.elements() != n) {
                throw misshapen(t, Integer.toString(n));
            }
            return Weight.of(new TensorInfo(name, t.type(), new long[] {n}));
        });
    }

    final TensorInfo tensor(String name) {
        return file.tensor(name).orElseThrow(() -> lacking(name));
    }

    private static RuntimeFailure lacking(String name) {
        return new RuntimeFailure(ErrorCode.MODEL_FILE_INVALID, "the image encoder lacks the tensor " + name
                + "; the file is incomplete or of another kind than it says");
    }

    static RuntimeFailure misshapen(TensorInfo tensor, String expected) {
        return new RuntimeFailure(ErrorCode.MODEL_FILE_INVALID, "tensor " + tensor + " of the image encoder does not have the shape ["
                + expected + "] that the hyper-parameters ask for");
    }
}
