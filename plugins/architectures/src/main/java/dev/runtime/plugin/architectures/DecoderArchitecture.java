package dev.runtime.plugin.architectures;

import dev.runtime.api.ErrorCode;
import dev.runtime.api.RuntimeFailure;
import dev.runtime.api.graph.Graph;
import dev.runtime.api.graph.Value;
import dev.runtime.api.model.Architecture;
import dev.runtime.api.model.BuildOptions;
import dev.runtime.api.model.BuildOptions.Output;
import dev.runtime.api.model.ModelFile;
import dev.runtime.api.model.ModelShape;
import java.util.Set;

/**
 * A transformer or a recurrent model: token embeddings, layers on a residual stream, final norm, output matrix or pooling.
 *
 * <p>A family says how one of its layers is put together from the blocks of {@link DecoderGraph}. To add one: write such a
 * class, name it in {@code module-info.java}, add its golden models to the test's table.
 */
abstract class DecoderArchitecture implements Architecture {
    private final Set<String> names;

    DecoderArchitecture(String... names) {
        this.names = Set.of(names);
    }

    @Override
    public final Set<String> names() {
        return names;
    }

    @Override
    public ModelShape shape(ModelFile file) {
        return hyper(file).shape();
    }

    @Override
    public final Graph build(ModelFile file, BuildOptions options) {
        try {
            DecoderGraph g = new DecoderGraph(file, hyper(file), experts(), options);
            Graph graph = graph(g);
            g.adapters.requireAllUsed();
            return graph;
        } catch (IllegalArgumentException | ArithmeticException e) {
            // sizes that are possible each but do not fit together
            throw new RuntimeFailure(ErrorCode.MODEL_FILE_INVALID, "the hyper-parameters and tensors of the model do not fit together: "
                    + e.getMessage() + "; the file is damaged or not supported", e);
        }
    }

    /** Adds everything. */
    Graph graph(DecoderGraph g) {
        Value x = hidden(g);
        if (g.options.output() == Output.EMBEDDING) {
            return new EmbeddingHead(g).finish(finalNorm(g, x));
        }
        if (g.options.output() == Output.ENCODING) {
            throw new IllegalArgumentException("an encoder beside the decoder is asked for, there is none");
        }
        if (g.hyper.kind() == Hyper.Kind.ENCODER) {
            throw new RuntimeFailure(ErrorCode.MODEL_UNSUPPORTED, "a model of architecture " + g.hyper.metadata().requireString("general.architecture")
                    + " gives embeddings and generates no text; ask it for embeddings");
        }
        // a norm with a bias after it is made of whole steps, see DecoderGraph.constant
        boolean wholeSteps = !g.hyper.layerNorm() && g.tensors.has("output_norm.bias");
        Value last = wholeSteps ? g.graph.selectOutputs(finalNorm(g, x)) : finalNorm(g, g.graph.selectOutputs(x));
        return g.logits(last, logitScale(g.hyper), finalSoftCap(g.hyper));
    }

    /** Adds embeddings and layers. */
    final Value hidden(DecoderGraph g) {
        Value x = embed(g);
        for (int layer = 0; layer < layers(g.hyper); layer++) {
            x = g.graph.name(layer(g, layer, x), "l_out-" + layer);
        }
        return x;
    }

    /** Adds one layer and returns the residual stream after it. */
    abstract Value layer(DecoderGraph g, int layer, Value x);

    /** The layers that generation runs; all for most families. */
    int layers(Hyper hyper) {
        return hyper.layers;
    }

    /** Adds the embeddings; those of the tokens alone for most families. */
    Value embed(DecoderGraph g) {
        return g.embed(embeddingScale(g.hyper));
    }

    /** Adds the norm after the last layer. */
    Value finalNorm(DecoderGraph g, Value x) {
        return g.norm("output_norm", x, 1);
    }

    /** What token embeddings are multiplied by; 1 for most families. */
    float embeddingScale(Hyper hyper) {
        return 1;
    }

    /** What logits are multiplied by; 1 for most families. */
    float logitScale(Hyper hyper) {
        return 1;
    }

    /** The cap of the logits; 0, for none, for most families. */
    float finalSoftCap(Hyper hyper) {
        return 0;
    }

    /** What the router of experts does where the file does not say. */
    FeedForward.Defaults experts() {
        return new FeedForward.Defaults(1, true);
    }

    /** What the family, or a file of it, is; a decoder for most families. */
    Hyper.Kind kind(ModelFile file) {
        return Hyper.Kind.DECODER;
    }

    final Hyper hyper(ModelFile file) {
        return new Hyper(file.metadata(), new Tensors(file).require("token_embd.weight"), kind(file));
    }
}
