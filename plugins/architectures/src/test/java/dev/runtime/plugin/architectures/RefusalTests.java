package dev.runtime.plugin.architectures;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.runtime.api.RuntimeFailure;
import dev.runtime.api.graph.Graph;
import dev.runtime.api.graph.Op;
import dev.runtime.api.graph.Rows;
import dev.runtime.api.graph.Value;
import dev.runtime.api.model.BuildOptions;
import dev.runtime.api.model.BuildOptions.Output;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Files that cannot be right are refused when the graph is built, by key or tensor and value, before anything is allocated. */
class RefusalTests {
    private static final BuildOptions LOGITS = new BuildOptions(128, Output.LOGITS);

    static Stream<DecoderArchitecture> families() {
        return Stream.of(new Llama(), new Qwen2(), new Qwen3(), new Gemma3());
    }

    @ParameterizedTest
    @MethodSource("families")
    void aWholeModelBuilds(DecoderArchitecture family) {
        FakeModelFile file = new FakeModelFile(family.names().contains("gemma3") ? "gemma3" : family.names().iterator().next());
        Graph graph = family.build(file, LOGITS);
        assertEquals(Rows.OUTPUTS, graph.output(Graph.LOGITS).rows());
        assertEquals(100, graph.output(Graph.LOGITS).width());
        assertEquals(2, graph.cacheLayout().kvLayers().size());
        assertEquals(2, family.shape(file).layers());
    }

    static Stream<Arguments> damages() {
        return Stream.of(
                damage("llama.block_count is 0, outside 1..4096", f -> f.keys.put("llama.block_count", 0L)),
                damage("llama.block_count is 2147483648", f -> f.keys.put("llama.block_count", 1L << 31)),
                damage("lacks the key llama.block_count", f -> f.keys.remove("llama.block_count")),
                damage("llama.block_count holds String", f -> f.keys.put("llama.block_count", "two")),
                damage("llama.attention.head_count is 0", f -> f.keys.put("llama.attention.head_count", 0L)),
                damage("llama.attention.head_count is -4", f -> f.keys.put("llama.attention.head_count", -4L)),
                damage("llama.attention.head_count_kv is 3, no divisor of the 4", f -> f.keys.put("llama.attention.head_count_kv", 3L)),
                damage("llama.attention.head_count_kv has 1 values for 2 layers",
                        f -> f.keys.put("llama.attention.head_count_kv", new long[] {2})),
                damage("llama.attention.layer_norm_rms_epsilon is NaN", f -> f.keys.put("llama.attention.layer_norm_rms_epsilon", Double.NaN)),
                damage("llama.attention.layer_norm_rms_epsilon is -1.0", f -> f.keys.put("llama.attention.layer_norm_rms_epsilon", -1.0)),
                damage("llama.rope.freq_base is Infinity", f -> f.keys.put("llama.rope.freq_base", Double.POSITIVE_INFINITY)),
                damage("llama.rope.freq_base is 0.0", f -> f.keys.put("llama.rope.freq_base", 0.0)),
                damage("llama.rope.scaling.factor is NaN", f -> f.keys.put("llama.rope.scaling.factor", Double.NaN)),
                damage("llama.attention.scale is NaN", f -> f.keys.put("llama.attention.scale", Double.NaN)),
                damage("llama.embedding_length is 9223372036854775807", f -> f.keys.put("llama.embedding_length", Long.MAX_VALUE)),
                damage("llama.rope.dimension_count is 7", f -> f.keys.put("llama.rope.dimension_count", 7L)),
                damage("llama.rope.scaling.type is 'dream'", f -> f.keys.put("llama.rope.scaling.type", "dream")),
                damage("token_embd.weight", f -> f.tensors.remove("token_embd.weight")),
                damage("lacks the tensor blk.1.ffn_up.weight", f -> f.tensors.remove("blk.1.ffn_up.weight")),
                damage("blk.0.attn_k.weight has shape [32, 15] where the hyper-parameters ask for [32, 16]",
                        f -> f.put("blk.0.attn_k.weight", 32, 15)),
                damage("blk.0.attn_norm.weight has shape [31]", f -> f.put("blk.0.attn_norm.weight", 31)),
                damage("blk.0.attn_q.weight has shape [32, 32, 2]", f -> f.put("blk.0.attn_q.weight", 32, 32, 2)),
                damage("lacks the key llama.expert_used_count", f -> f.keys.put("llama.expert_count", 4L)));
    }

    @ParameterizedTest
    @MethodSource("damages")
    void damageIsNamed(String expected, Consumer<FakeModelFile> damage) {
        FakeModelFile file = new FakeModelFile("llama");
        damage.accept(file);
        if (expected.contains("expert_used_count")) {
            file.put("blk.0.ffn_down_exps.weight", 48, 32, 4).put("blk.0.ffn_gate_inp.weight", 32, 4);
        }
        RuntimeFailure failure = assertThrows(RuntimeFailure.class, () -> new Llama().build(file, LOGITS));
        assertTrue(failure.getMessage().contains(expected), failure.getMessage());
    }

    @Test
    void slidingLayersOfGemmaFollowTheFlagsOfTheFile() {
        FakeModelFile file = new FakeModelFile("gemma3");
        file.keys.put("gemma3.attention.sliding_window_pattern", new boolean[] {true, false});
        Graph graph = new Gemma3().build(file, LOGITS);
        int[] windows = graph.nodes().stream().filter(n -> n.op() instanceof Op.Attention)
                .mapToInt(n -> ((Op.Attention) n.op()).spec().window()).toArray();
        assertArrayEquals(new int[] {16, 0}, windows);
    }

    @Test
    void anEmbeddingEndsInOneRowASequence() {
        FakeModelFile file = new FakeModelFile("qwen3");
        file.keys.put("qwen3.pooling_type", 3L);
        Value output = new Qwen3().build(file, new BuildOptions(128, Output.EMBEDDING)).output(Graph.EMBEDDING);
        assertEquals(Rows.SEQUENCES, output.rows());
        assertEquals(32, output.width());
    }

    private static Arguments damage(String expected, Consumer<FakeModelFile> damage) {
        return Arguments.of(expected, damage);
    }
}
