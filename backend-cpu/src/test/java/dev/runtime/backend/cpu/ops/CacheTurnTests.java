package dev.runtime.backend.cpu.ops;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.runtime.api.backend.CacheMove;
import dev.runtime.api.backend.Device;
import dev.runtime.api.graph.AttentionSpec;
import dev.runtime.api.graph.GraphBuilder;
import dev.runtime.api.graph.Op;
import dev.runtime.api.graph.RopeSpec;
import dev.runtime.api.graph.RopeSpec.Style;
import dev.runtime.api.graph.Value;
import dev.runtime.api.model.TensorType;
import dev.runtime.api.testkit.DeviceRun;
import dev.runtime.api.testkit.WeightFixture;
import dev.runtime.backend.cpu.CpuBackend;
import dev.runtime.backend.cpu.cache.CpuKvCache;
import dev.runtime.backend.cpu.cache.LayerStore;
import dev.runtime.backend.cpu.memory.Memory;
import dev.runtime.backend.cpu.quant.Dequantizers;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Key by key: moved ones against those that the same tokens leave at the new positions. */
class CacheTurnTests {
    private static final int HEADS = 3;
    private static final int TOKENS = 90;
    private static final int[] OLD = IntStream.range(0, 12).toArray();
    private static final int[] MOVED = IntStream.range(0, 12).map(i -> 40 - 2 * i).toArray();
    private static final int[] FRESH = IntStream.range(0, 12).map(i -> 50 + i).toArray();

    private final Device device = new CpuBackend().devices().getLast();
    private final WeightFixture weights = new WeightFixture(5);
    private final SplittableRandom random = new SplittableRandom(6);

    private List<RopeSpec> rotations(int size) {
        int whole = size / 2 * 2;
        int part = size / 4 * 2;
        return List.of(
                RopeSpec.plain(Style.ADJACENT, whole, 10_000),
                RopeSpec.plain(Style.HALVES, whole, 10_000),
                RopeSpec.plain(Style.HALVES, part, 500_000),
                RopeSpec.plain(Style.ADJACENT, part, 10_000).withStart(size - part),
                new RopeSpec(Style.HALVES, 0, whole, 10_000, 0.25f, 1, 1.3f, 32, 1, 64, Optional.empty()),
                new RopeSpec(Style.ADJACENT, 0, whole, 10_000, 0.125f, 0.6f, 0.8f, 16, 2, 64, Optional.empty()),
                new RopeSpec(Style.HALVES, 0, whole, 10_000, 0.5f, 0, 1.2f, 32, 1, 0, Optional.of(weights.vector(whole / 2, 2, 0.5))));
    }

    private static double bound(TensorType type) {
        return switch (type) {
            case F32 -> 1e-12;
            case F16 -> 4e-7;
            case BF16 -> 2e-5;
            case Q8_0 -> 2e-4;
            case TensorType other -> 3e-2;
        };
    }

    @ParameterizedTest
    @EnumSource(names = {"F32", "F16", "BF16", "Q8_0", "Q4_0"})
    void keysAreThoseOfTheNewPositionsAndValuesAsTheyWere(TensorType type) {
        int[] sizes = type.blockSize() == 1 ? new int[] {4, 23, 64} : new int[] {32, 96};
        for (int size : sizes) {
            for (RopeSpec rope : rotations(size)) {
                for (int i = 0; i < 6; i++) {
                    int keep = random.nextInt(20);
                    compare(rope, size, type, keep, 1 + random.nextInt(TOKENS - 1 - keep));
                }
            }
        }
    }

    private void compare(RopeSpec rope, int size, TensorType type, int keep, int dropped) {
        String what = type + " keys of " + size + ", " + dropped + " dropped after " + keep + ": " + rope;
        GraphBuilder b = new GraphBuilder();
        Value x = b.embed(weights.matrix(TensorType.F32, (long) HEADS * size, TOKENS), Op.Index.TOKEN, 3);
        b.output("y", b.attention(x, b.rope(x, HEADS, rope), x, AttentionSpec.causal(2, HEADS, HEADS, size, size, 1)));
        try (DeviceRun run = new DeviceRun(device, b.build(), weights, type); Arena arena = Arena.ofConfined()) {
            int count = TOKENS - keep - dropped;
            run.sequence(OLD, -1, 0, IntStream.range(0, TOKENS).toArray()).run("y");
            assertTrue(run.move(new CacheMove(OLD, keep + dropped, MOVED, keep, count, Map.of(2, rope))));
            run.sequence(FRESH, -1, keep, IntStream.range(keep + dropped, TOKENS).toArray()).run("y");
            LayerStore store = ((CpuKvCache) run.cache()).layer(2);
            MemorySegment floats = arena.allocate(4L * size, 64);
            double error = 0;
            double square = 0;
            for (int position = keep; position < keep + count; position++) {
                for (int head = 0; head < HEADS; head++) {
                    float[] moved = key(store, MOVED, position, head, floats);
                    float[] fresh = key(store, FRESH, position, head, floats);
                    for (int i = 0; i < size; i++) {
                        error += Math.pow(moved[i] - fresh[i], 2);
                        square += Math.pow(fresh[i], 2);
                    }
                    assertArrayEquals(value(store, FRESH, position, head), value(store, MOVED, position, head), what);
                }
            }
            assertTrue(error <= bound(type) * square, what + ": normalised error " + error / square);
        }
    }

    private static float[] key(LayerStore store, int[] chain, int position, int head, MemorySegment floats) {
        long address = store.key(chain[position / DeviceRun.BLOCK], head) + store.keyRowBytes() * (position % DeviceRun.BLOCK);
        Dequantizers.of(store.keyType()).orElseThrow().expand(address, store.layer().keySize(), floats.address());
        return floats.toArray(ValueLayout.JAVA_FLOAT);
    }

    private static byte[] value(LayerStore store, int[] chain, int position, int head) {
        long address = store.value(chain[position / DeviceRun.BLOCK], head) + store.valueRowBytes() * (position % DeviceRun.BLOCK);
        return Memory.ALL.asSlice(address, store.valueRowBytes()).toArray(ValueLayout.JAVA_BYTE);
    }
}
