package dev.runtime.kernel.testing;

import dev.runtime.api.graph.AttentionSpec;
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
import java.util.Set;

/**
 * A layer of attention and, for {@code fake-recurrent}, one with state. Metadata: {@code fake.context} (256), {@code fake.heads}
 * (1), {@code fake.pooling} (a name of {@link Pooling}, NONE).
 */
public final class FakeArchitecture implements Architecture {
    static final int WIDTH = 32;

    @Override
    public Set<String> names() {
        return Set.of("fake", "fake-recurrent");
    }

    @Override
    public ModelShape shape(ModelFile file) {
        Metadata m = file.metadata();
        return new ModelShape(m.requireString("general.architecture"), m.intOr("fake.context", 256, 1, 1 << 20), WIDTH, 1,
                heads(file), heads(file), WIDTH / heads(file), FakeLanguage.VOCABULARY, Pooling.valueOf(m.string("fake.pooling").orElse("NONE")));
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
        x = graph.add(x, graph.attention(y, y, y, spec(heads(file))));
        if (shape(file).architecture().equals("fake-recurrent")) {
            x = graph.conv1d(x, Weight.of(file.tensor("kernel").orElseThrow()), Optional.empty(), 0);
        }
        if (options.output() == Output.EMBEDDING) {
            graph.output(Graph.EMBEDDING, graph.pool(x, shape(file).pooling()));
        } else {
            graph.output(Graph.LOGITS, graph.linear(graph.selectOutputs(x), table));
        }
        return graph.build();
    }
}
