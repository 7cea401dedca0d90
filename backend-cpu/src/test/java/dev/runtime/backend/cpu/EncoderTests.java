package dev.runtime.backend.cpu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.runtime.api.model.TensorType;
import dev.runtime.backend.cpu.kernels.Kernels;
import dev.runtime.backend.cpu.memory.Memory;
import dev.runtime.backend.cpu.quant.RowEncoder;
import java.lang.foreign.Arena;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What native kernels store in a cache is to the bit what Java stores. */
class EncoderTests {
    private static final float[] EDGES = {0f, -0f, 1f, 65_504f, 65_519f, 65_520f, -1e30f, 6e-8f, 2.98e-8f, 2.99e-8f, 6.1e-5f, -6.09e-5f, 1.00048828125f,
        1.0014648f, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY};

    @ParameterizedTest
    @ValueSource(strings = {"", "avx2"})
    void halvesAreRoundedAlike(String level) {
        Optional<Kernels> kernels = KernelChoice.inC(level);
        assumeTrue(kernels.isPresent(), "no native kernels here");
        RowEncoder wanted = RowEncoder.of(TensorType.F16).orElseThrow();
        RowEncoder encoder = kernels.get().encoder(TensorType.F16);
        SplittableRandom random = new SplittableRandom(5);
        try (Arena arena = Arena.ofConfined()) {
            for (int n = 1; n < 70; n++) {
                long x = Memory.allocate(arena, 4L * n).address();
                for (int i = 0; i < n; i++) {
                    float any = (float) random.nextGaussian(0, Math.pow(10, random.nextInt(-9, 6)));
                    Memory.f32(x + 4L * i, random.nextInt(3) == 0 ? EDGES[random.nextInt(EDGES.length)] : any);
                }
                long a = Memory.allocate(arena, 2L * n).address();
                long b = Memory.allocate(arena, 2L * n).address();
                wanted.encode(x, n, a);
                encoder.encode(x, n, b);
                for (int i = 0; i < n; i++) {
                    float value = Memory.f32(x + 4L * i);
                    int at = i;
                    assertEquals(Memory.i16(a + 2L * i), Memory.i16(b + 2L * i), () -> level + ": " + value + " at " + at);
                }
            }
        }
    }
}
