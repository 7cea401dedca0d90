package dev.runtime.plugin.architectures;

import dev.runtime.api.graph.Graph;
import dev.runtime.api.graph.Value;
import dev.runtime.api.model.Architecture;
import dev.runtime.api.model.BuildOptions;
import dev.runtime.api.model.ModelFile;
import dev.runtime.api.model.ModelShape;
import java.util.Set;

/**
 * A decoder-only transformer: token embeddings, equal layers on a residual stream, final norm, output matrix.
 *
 * <p>A family says how one of its layers is put together from the blocks of {@link DecoderGraph}. To add one: write such a
 * class, name it in {@code module-info.java}, add its golden models to the test's table.
 */
abstract class DecoderArchitecture implements Architecture {
    private final String name;

    DecoderArchitecture(String name) {
        this.name = name;
    }

    @Override
    public final Set<String> names() {
        return Set.of(name);
    }

    @Override
    public final ModelShape shape(ModelFile file) {
        return hyper(file).shape();
    }

    @Override
    public final Graph build(ModelFile file, BuildOptions options) {
        DecoderGraph g = new DecoderGraph(file, hyper(file));
        Value x = g.embed(embeddingScale(g.hyper));
        for (int layer = 0; layer < g.hyper.layers; layer++) {
            x = g.graph.name(layer(g, layer, x), "l_out-" + layer);
        }
        return g.finish(x, options);
    }

    /** Adds one layer and returns the residual stream after it. */
    abstract Value layer(DecoderGraph g, int layer, Value x);

    /** What token embeddings are multiplied by; 1 for most families. */
    float embeddingScale(Hyper hyper) {
        return 1;
    }

    private static Hyper hyper(ModelFile file) {
        return new Hyper(file.metadata(), new Tensors(file).require("token_embd.weight"));
    }
}
