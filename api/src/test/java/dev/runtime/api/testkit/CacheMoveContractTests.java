package dev.runtime.api.testkit;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.runtime.api.RuntimeFailure;
import dev.runtime.api.backend.CacheMove;
import dev.runtime.api.graph.AttentionSpec;
import dev.runtime.api.graph.Graph;
import dev.runtime.api.graph.GraphBuilder;
import dev.runtime.api.graph.Op;
import dev.runtime.api.graph.RopeSpec;
import dev.runtime.api.graph.RopeSpec.Style;
import dev.runtime.api.graph.Value;
import dev.runtime.api.model.TensorType;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Cached positions that become other ones, for devices that say that they do that. Rows of first layers depend on no other token, so the
 * oracle is the same device that evaluates the tokens at their new positions.
 */
public abstract class CacheMoveContractTests extends ImageContractTests {
    private static final int[] MOVED = IntStream.range(0, 15).map(i -> 60 - 2 * i).toArray();
    private static final int[] FRESH = IntStream.range(0, 15).map(i -> 2 * i).toArray();
    private static final int NEXT = 49;
    private static final int[] OLD = IntStream.range(0, 47).toArray();

    /** All ways to rotate heads of 64 elements. */
    static List<RopeSpec> rotations(WeightFixture weights) {
        List<Integer> places = IntStream.range(0, 32).boxed().toList();
        return List.of(
                RopeSpec.plain(Style.ADJACENT, 64, 10_000),
                RopeSpec.plain(Style.HALVES, 64, 500_000),
                RopeSpec.plain(Style.HALVES, 22, 10_000),
                new RopeSpec(Style.ADJACENT, 24, 40, 10_000, 0.25f, 0, 1, 32, 1, 0, Optional.empty()),
                new RopeSpec(Style.HALVES, 0, 64, 10_000, 0.25f, 1, 1.3f, 32, 1, 16, Optional.empty()),
                new RopeSpec(Style.ADJACENT, 0, 64, 10_000, 0.125f, 0.7f, 0.8f, 16, 2, 64, Optional.empty()),
                new RopeSpec(Style.HALVES, 0, 64, 10_000, 1, 0, 1.2f, 32, 1, 0, Optional.of(weights.vector(32, 2, 0.3))),
                RopeSpec.plain(Style.HALVES, 64, 10_000)
                        .withAxes(new RopeSpec.Axes(places.stream().map(p -> p % 3).toList(), places.reversed())));
    }

    /** A layer whose keys are rotated, one whose values are the unrotated part of its keys, and one without positions. */
    static Graph layers(WeightFixture weights, RopeSpec rope, int size, int valueSize) {
        GraphBuilder b = new GraphBuilder();
        Value x = b.embed(weights.matrix(TensorType.F32, 96, 50), Op.Index.TOKEN, 10);
        Value q = b.linear(x, weights.matrix(TensorType.F32, 96, 4L * size));
        Value k = b.linear(x, weights.matrix(TensorType.F32, 96, 2L * size));
        Value v = b.linear(x, weights.matrix(TensorType.F32, 96, 2L * valueSize));
        AttentionSpec spec = AttentionSpec.causal(4, 4, 2, size, valueSize, 0.3f);
        Value rotated = b.attention(b.rope(q, 4, rope), b.rope(k, 2, rope), v, spec);
        RopeSpec first = RopeSpec.plain(Style.ADJACENT, size / 4 * 2, 1_000);
        Value shared = b.attention(new Op.Attention(b.rope(q, 4, first), Optional.of(b.rope(k, 2, first)), Optional.empty(),
                AttentionSpec.causal(1, 4, 2, size, size / 2, 0.3f)));
        Value plain = b.attention(q, k, v, AttentionSpec.causal(0, 4, 2, size, valueSize, 0.3f));
        b.output("y", b.concat(List.of(rotated, shared, plain)));
        return b.build();
    }

    static Map<Integer, RopeSpec> turns(RopeSpec rope, int size) {
        return Map.of(4, rope, 1, RopeSpec.plain(Style.ADJACENT, size / 4 * 2, 1_000));
    }

    /** The bound of the normalised error: what is read was rounded twice. */
    private static double bound(TensorType type) {
        return switch (type) {
            case F32 -> FLOATS;
            case F16 -> 1e-6;
            case BF16 -> 1e-4;
            case Q8_0 -> 1e-3;
            case TensorType other -> 1e-1;
        };
    }

    @ParameterizedTest
    @EnumSource(names = {"F32", "F16", "BF16", "Q8_0", "Q4_0"})
    void movedRowsAreWhatTheirTokensLeaveAtTheNewPositions(TensorType type) {
        WeightFixture weights = new WeightFixture(21);
        for (RopeSpec rope : rotations(weights)) {
            for (int[] gap : new int[][] {{5, 11}, {0, 16}, {8, 3}, {19, 1}, {16, 24}}) {
                compare(weights, layers(weights, rope, 64, 32), turns(rope, 64), type, gap[0], gap[1]);
            }
        }
    }

    @Test
    void movedRowsOfOddSizes() {
        WeightFixture weights = new WeightFixture(22);
        for (int size : new int[] {4, 10, 37}) {
            RopeSpec rope = RopeSpec.plain(Style.HALVES, size / 2 * 2, 10_000);
            for (TensorType type : List.of(TensorType.F32, TensorType.F16)) {
                compare(weights, layers(weights, rope, size, 7), turns(rope, size), type, 3, 18);
            }
        }
    }

    private void compare(WeightFixture weights, Graph graph, Map<Integer, RopeSpec> turns, TensorType type, int keep, int dropped) {
        try (DeviceRun run = new DeviceRun(device(), graph, weights, type)) {
            int count = OLD.length - keep - dropped;
            run.sequence(TABLE, -1, 0, OLD).run("y");
            float[] before = run.sequence(TABLE, -1, OLD.length, NEXT).run("y");
            assumeTrue(run.move(new CacheMove(TABLE, keep + dropped, MOVED, keep, count, turns)), "the device does not say that it moves rows");
            run.cache().copyBlock(TABLE[keep / DeviceRun.BLOCK], MOVED[keep / DeviceRun.BLOCK], keep % DeviceRun.BLOCK);
            for (int i = 0; i < keep / DeviceRun.BLOCK; i++) {
                run.cache().copyBlock(TABLE[i], MOVED[i], DeviceRun.BLOCK);
            }
            run.sequence(FRESH, -1, 0, IntStream.concat(IntStream.range(0, keep), IntStream.range(keep + dropped, OLD.length)).toArray()).run("y");
            float[] expected = run.sequence(FRESH, -1, keep + count, NEXT).run("y");
            float[] actual = run.sequence(MOVED, -1, keep + count, NEXT).run("y");
            assertClose(expected, actual, bound(type), type + ", " + dropped + " dropped after " + keep + ", " + turns);
            assertArrayEquals(before, run.sequence(TABLE, -1, OLD.length, NEXT).run("y"), "what was read is as it was");
        }
    }

    @Test
    void aModelOfOneLayerGoesOnAsIfItHadReadTheRestOnly() {
        TinyModel model = new TinyModel(TensorType.F32, 1);
        int[] ids = IntStream.range(0, 100).map(i -> i * 7 % TinyModel.VOCABULARY).toArray();
        try (DeviceRun run = new DeviceRun(device(), model.graph(), model.weights(), TensorType.F32)) {
            run.sequence(TABLE, -1, 0, ids).run(Graph.LOGITS);
            assumeTrue(run.move(new CacheMove(TABLE, 50, MOVED, 0, 50, Map.of(0, TinyModel.ROPE))), "the device does not say that it moves rows");
            int[] rest = IntStream.range(50, 103).map(i -> i * 7 % TinyModel.VOCABULARY).toArray();
            int[] next = IntStream.range(100, 103).map(i -> i * 7 % TinyModel.VOCABULARY).toArray();
            float[] moved = run.sequence(MOVED, -1, 50, next).run(Graph.LOGITS);
            float[] all = run.sequence(TABLE, -1, 0, rest).run(Graph.LOGITS);
            assertClose(Arrays.copyOfRange(all, 50 * TinyModel.VOCABULARY, all.length), moved, 1e-9, "logits");
        }
    }

    @Test
    void wrongMovesAreRefused() {
        TinyModel model = new TinyModel(TensorType.F32, 1);
        Map<Integer, RopeSpec> turns = Map.of(0, TinyModel.ROPE);
        try (DeviceRun run = new DeviceRun(device(), model.graph(), model.weights(), TensorType.F32)) {
            assumeTrue(run.move(new CacheMove(TABLE, 9, MOVED, 1, 20, turns)), "the device does not say that it moves rows");
            refused(run, new CacheMove(TABLE, -1, MOVED, 1, 20, turns));
            refused(run, new CacheMove(TABLE, 9, MOVED, -1, 20, turns));
            refused(run, new CacheMove(TABLE, 9, MOVED, 1, 0, turns));
            refused(run, new CacheMove(TABLE, 9, MOVED, 1, Integer.MAX_VALUE, turns));
            refused(run, new CacheMove(new int[] {1, 64}, 9, MOVED, 1, 4, turns));
            refused(run, new CacheMove(TABLE, 9, new int[] {-1}, 1, 4, turns));
            refused(run, new CacheMove(TABLE, 9, new int[] {0, TABLE[2]}, 1, 14, turns));
            refused(run, new CacheMove(TABLE, 9, MOVED, 1, 20, Map.of(0, TinyModel.ROPE.withStart(2))));
        }
    }

    private static void refused(DeviceRun run, CacheMove move) {
        assertThrows(RuntimeFailure.class, () -> run.move(move));
    }
}
