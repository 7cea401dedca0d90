package dev.runtime.kernel.testing;

import dev.runtime.api.graph.AttentionSpec;
import dev.runtime.api.graph.CacheLayout;
import dev.runtime.api.graph.Graph;
import dev.runtime.api.graph.GraphBuilder;
import dev.runtime.api.graph.Op;
import dev.runtime.api.graph.Value;
import dev.runtime.api.graph.Weight;
import dev.runtime.api.model.Architecture;
import dev.runtime.api.model.BuildOptions;
import dev.runtime.api.model.BuildOptions.Output;
import dev.runtime.api.model.Metadata;
import dev.runtime.api.model.ModelFile;
import dev.runtime.api.model.ModelShape;
import dev.runtime.api.model.ModelShape.Pooling;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/**
 * A layer of attention and, for {@code fake-recurrent}, one with state; {@code fake-encoder} has an encoder before it. Metadata:
 * {@code fake.context} (256), {@code fake.heads} (1), {@code fake.pooling} (a name of {@link Pooling}, NONE).
 */
public final class FakeArchitecture implements Architecture {
    static final int WIDTH = 32;

    @Override
    public Set<String> names() {
        return Set.of("fake", "fake-recurrent", "fake-encoder");
    }

    @Override
    public ModelShape shape(ModelFile file) {
        Metadata m = file.metadata();
        String name = m.requireString("general.architecture");
        return new ModelShape(name, m.intOr("fake.context", 256, 1, 1 << 20), WIDTH, 1,
                heads(file), heads(file), WIDTH / heads(file), FakeLanguage.VOCABULARY, Pooling.valueOf(m.string("fake.pooling").orElse("NONE")),
                name.equals("fake-encoder") ? OptionalInt.of(FakeLanguage.BEGIN) : OptionalInt.empty());
    }

    private static int heads(ModelFile file) {
        return file.metadata().intOr("fake.heads", 1, 1, WIDTH);
    }

    private static AttentionSpec spec(int heads) {
        return AttentionSpec.causal(0, heads, heads, WIDTH / heads, WIDTH / heads, 1);
    }

    @Override
    public Graph build(ModelFile file, BuildOptions options) {
        GraphBuilder graph = new GraphBuilder();
        Weight table = Weight.of(file.tensor("table").orElseThrow());
        Weight square = Weight.of(file.tensor("square").orElseThrow());
        Value x = graph.embed(table, Op.Index.TOKEN, 1);
        Value y = graph.linear(x, square);
        int size = WIDTH / heads(file);
        if (options.output() == Output.ENCODING) {
            graph.output(Graph.EMBEDDING, graph.kvWrite(new Op.KvWrite(y, x, new CacheLayout.KvLayer(1, heads(file), size, size))));
            return graph.build();
        }
        x = graph.add(x, graph.attention(y, y, y, spec(heads(file))));
        if (shape(file).architecture().equals("fake-recurrent")) {
            x = graph.conv1d(x, Weight.of(file.tensor("kernel").orElseThrow()), Optional.empty(), 0);
        }
        if (shape(file).decoderStart().isPresent()) {
            x = graph.attention(new Op.Attention(x, Optional.empty(), Optional.empty(), AttentionSpec.cross(1, heads(file), heads(file), size, size, 1)));
        }
        if (options.output() == Output.EMBEDDING) {
            graph.output(Graph.EMBEDDING, graph.pool(x, shape(file).pooling()));
        } else {
            graph.output(Graph.LOGITS, graph.linear(graph.selectOutputs(x), table));
        }
        return graph.build();
    }
}
