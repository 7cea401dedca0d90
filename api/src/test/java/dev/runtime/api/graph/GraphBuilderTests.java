package dev.runtime.api.graph;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.runtime.api.model.TensorInfo;
import dev.runtime.api.model.TensorType;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class GraphBuilderTests {
    private final GraphBuilder graph = new GraphBuilder();
    private final Weight table = weight("token_embd", 8, 20);

    @Test
    void aSmallDecoderHasItsWeightsAndCacheLayout() {
        Value x = graph.embed(table, Op.Index.TOKEN, 1);
        Weight norm = weight("norm", 8);
        Value a = graph.rmsNorm(x, norm, 1e-5f);
        Value q = graph.rope(graph.linear(a, weight("q", 8, 8)), 2, RopeSpec.plain(RopeSpec.Style.HALVES, 4, 10_000));
        Value k = graph.linear(a, weight("k", 8, 4));
        Value v = graph.linear(a, weight("v", 8, 4));
        Value y = graph.attention(q, k, v, AttentionSpec.causal(0, 2, 1, 4, 4, 0.5f));
        graph.output(Graph.LOGITS, graph.linear(graph.selectOutputs(graph.add(x, y)), table));
        Graph built = graph.build();

        assertEquals(List.of("token_embd", "norm", "q", "k", "v"),
                built.weights().stream().map(w -> w.tensor().name()).collect(Collectors.toList()));
        assertEquals(List.of(new CacheLayout.KvLayer(0, 1, 4, 4)), built.cacheLayout().kvLayers());
        assertEquals(8, built.cacheLayout().elementsPerToken());
        assertEquals(new Value(9, Rows.OUTPUTS, 20), built.output(Graph.LOGITS));
        for (Node node : built.nodes()) {
            node.op().inputs().forEach(input -> assertTrue(input.id() < node.output().id(), () -> node + " reads a later value"));
        }
    }

    @Test
    void widthsThatDoNotFitAreRefusedWithBothShapes() {
        Value x = graph.embed(table, Op.Index.TOKEN, 1);
        assertMessage("linear: input width 8, weight w F32[9, 3]", () -> graph.linear(x, weight("w", 9, 3)));
        assertMessage("add: ", () -> graph.add(x, graph.linear(x, weight("w", 8, 3))));
        assertMessage("rope: ", () -> graph.rope(x, 2, RopeSpec.plain(RopeSpec.Style.HALVES, 6, 1)));
        assertMessage("rms norm: ", () -> graph.rmsNorm(x, Optional.of(weight("n", 7)), 1e-5f, 1));
        assertMessage("attention: ", () -> graph.attention(x, x, x, AttentionSpec.causal(0, 2, 1, 4, 4, 1)));
        assertMessage("slice: ", () -> graph.slice(x, 2, 3, 2));
        assertMessage("a graph without outputs", graph::build);
    }

    @Test
    void scaleByOneAndCapByZeroAddNothing() {
        Value x = graph.embed(table, Op.Index.TOKEN, 1);
        assertEquals(x, graph.softCap(graph.scale(x, 1), 0));
    }

    private static void assertMessage(String start, org.junit.jupiter.api.function.Executable action) {
        String message = assertThrows(IllegalArgumentException.class, action).getMessage();
        assertTrue(message.startsWith(start), message);
    }

    private static Weight weight(String name, long... shape) {
        return Weight.of(new TensorInfo(name, TensorType.F32, shape));
    }
}
