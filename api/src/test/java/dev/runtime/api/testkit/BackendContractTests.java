package dev.runtime.api.testkit;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.runtime.api.RuntimeFailure;
import dev.runtime.api.graph.Graph;
import dev.runtime.api.graph.GraphBuilder;
import dev.runtime.api.graph.Op;
import dev.runtime.api.graph.Value;
import dev.runtime.api.model.TensorType;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * What every device must do: each operator as the oracle does it, and the rules of steps, sequences and blocks, which are here.
 *
 * <p>A backend's tests extend this class and name the device and the oracle.
 */
public abstract class BackendContractTests extends CacheMoveContractTests {
    @Test
    void chunksOfAPromptGiveWhatThePromptGives() {
        TinyModel model = new TinyModel(TensorType.F32);
        int[] ids = IntStream.range(0, 45).map(i -> i * 7 % TinyModel.VOCABULARY).toArray();
        try (DeviceRun run = new DeviceRun(device(), model.graph(), model.weights(), TensorType.F32)) {
            run.sequence(TABLE, -1, 0, ids);
            float[] whole = run.run(Graph.LOGITS);
            int[] table = IntStream.range(0, 32).map(i -> 62 - 2 * i).toArray();
            float[] last = {};
            for (int at = 0; at < ids.length; ) {
                int count = Math.min(at % 3 == 0 ? 1 : 19, ids.length - at);
                run.sequence(table, -1, at, IntStream.range(at, at + count).map(i -> ids[i]).toArray());
                last = run.run(Graph.LOGITS);
                at += count;
            }
            assertClose(tail(whole), tail(last), 1e-9, "in chunks");
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"F32", "F16", "Q8_0", "Q4_0", "Q4_K", "Q6_K", "Q5_1"})
    void neighboursInAStepChangeNothing(TensorType type) {
        TinyModel model = new TinyModel(type);
        int[][] tables = {{0, 1}, {2, 3}, {4, 5}};
        try (DeviceRun run = new DeviceRun(device(), model.graph(), model.weights(), TensorType.F16)) {
            float[][] alone = new float[3][];
            for (int s = 0; s < 3; s++) {
                run.sequence(tables[s], -1, 0, 5 + s);
                run.run(Graph.LOGITS);
                run.sequence(tables[s], -1, 1, 20 + s);
                alone[s] = run.run(Graph.LOGITS);
            }
            for (int s = 0; s < 3; s++) {
                run.sequence(tables[s], -1, 0, 5 + s);
            }
            run.run(Graph.LOGITS);
            for (int s = 2; s >= 0; s--) {
                run.sequence(tables[s], -1, 1, 20 + s);
            }
            float[] together = run.run(Graph.LOGITS);
            int n = TinyModel.VOCABULARY;
            for (int s = 0; s < 3; s++) {
                float[] own = Arrays.copyOfRange(together, (2 - s) * n, (3 - s) * n);
                assertArrayEquals(alone[s], own, "sequence " + s);
            }
        }
    }

    @Test
    void blocksCanBeCopiedAndMoved() {
        TinyModel model = new TinyModel(TensorType.F32);
        try (DeviceRun run = new DeviceRun(device(), model.graph(), model.weights(), TensorType.F16)) {
            run.sequence(new int[] {4, 9}, -1, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11);
            run.run(Graph.LOGITS);
            run.sequence(new int[] {4, 9}, -1, 11, 12);
            float[] expected = run.run(Graph.LOGITS);
            run.cache().copyBlock(4, 20, DeviceRun.BLOCK);
            run.cache().copyBlock(9, 30, 3);
            run.sequence(new int[] {20, 30}, -1, 11, 12);
            assertArrayEquals(expected, run.run(Graph.LOGITS), "copied blocks");
            byte[] host = new byte[Math.toIntExact(run.cache().blockBytes())];
            MemorySegment segment = MemorySegment.ofArray(host);
            run.cache().exportBlock(4, segment);
            run.cache().importBlock(33, segment);
            run.sequence(new int[] {33, 9}, -1, 11, 12);
            assertArrayEquals(expected, run.run(Graph.LOGITS), "moved block");
            assertTrue(run.cache().bytes() >= 64 * run.cache().blockBytes());
        }
    }

    @Test
    void embeddingsTakeThePlaceOfTokens() {
        TinyModel model = new TinyModel(TensorType.F32);
        float[] rows = rows(TinyModel.WIDTH, 2);
        float[][] results = new float[2][];
        for (int i = 0; i < 2; i++) {
            try (DeviceRun run = new DeviceRun(i == 0 ? device() : oracle(), model.graph(), model.weights(), TensorType.F32)) {
                results[i] = run.rows(rows).sequence(TABLE, -1, 0, 3, -2, -1, 4).run(Graph.LOGITS);
            }
        }
        assertClose(results[1], results[0], 1e-9, "embeddings");
    }

    @Test
    void wrongStepsAreRefused() {
        TinyModel model = new TinyModel(TensorType.F32);
        try (DeviceRun run = new DeviceRun(device(), model.graph(), model.weights(), TensorType.F32)) {
            refused(run.sequence(TABLE, -1, 0, TinyModel.VOCABULARY));
            refused(run.sequence(TABLE, -1, 0, -1));
            refused(run.sequence(TABLE, -1, 256, 1));
            refused(run.sequence(TABLE, -1, -1, 1));
            refused(run.sequence(new int[] {64}, -1, 0, 1));
            refused(run.sequence(new int[] {-1}, -1, 0, 1));
            refused(run.sequence(new int[] {1}, -1, DeviceRun.BLOCK, 1));
            run.sequence(TABLE, -1, 0, 1);
            assertEquals(TinyModel.VOCABULARY, run.run(Graph.LOGITS).length, "a right step after wrong ones");
        }
    }

    private static void refused(DeviceRun run) {
        assertThrows(RuntimeFailure.class, () -> run.run(Graph.LOGITS));
        run.inputs().clear();
    }

    @Test
    void unsupportedWeightsAreNamed() {
        WeightFixture weights = new WeightFixture(11);
        GraphBuilder b = new GraphBuilder();
        Value x = b.embed(weights.matrix(TensorType.F32, 4, 3), Op.Index.TOKEN, 1);
        b.output("y", b.linear(x, weights.matrix(TensorType.I8, 4, 4)));
        Graph graph = b.build();
        assertEquals(1, device().unsupported(graph).size());
        assertFalse(device().unsupported(graph).getFirst().reason().isBlank());
        assertThrows(RuntimeFailure.class, () -> new DeviceRun(device(), graph, weights, TensorType.F32));
    }

    private static float[] tail(float[] logits) {
        return Arrays.copyOfRange(logits, logits.length - TinyModel.VOCABULARY, logits.length);
    }
}
