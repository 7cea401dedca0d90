package dev.runtime.backend.cpu.vector;

import static dev.runtime.backend.cpu.memory.Memory.f32;
import static dev.runtime.backend.cpu.vector.Lanes.N;

import dev.runtime.backend.cpu.kernels.InputForm;
import dev.runtime.backend.cpu.memory.Memory;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorOperators;

/**
 * Inputs rounded to 8 bits in blocks. One column is: the integers as 16-bit numbers {@code [width]}, their {@link #steps steps} likewise,
 * the scale of each 32 elements as floats, the sum of the integers of each 32 elements as floats, and the rounded inputs as floats
 * {@code [width]}, so that kernels on integers and kernels on floats compute the same.
 *
 * <p>Blocks of 32 have the scale {@code max|x| / 127} in half precision; blocks of 256 have {@code x / -127} of the x of largest
 * magnitude.
 */
final class RoundedInput {
    // not final: kernels of their own, see Leaf
    private static MethodHandle levels = Leaf.handle(MethodHandles.lookup(), "levels",
            MethodType.methodType(void.class, int.class, long.class, int.class, long.class));
    private static MethodHandle steps = Leaf.handle(MethodHandles.lookup(), "steps",
            MethodType.methodType(void.class, long.class, long.class, int.class));

    private RoundedInput() {}

    /** Returns the bytes of a column. */
    static long columnBytes(int width) {
        return 2 * Memory.align(2L * width) + 2 * Memory.align(4L * (width / 32)) + Memory.align(4L * width);
    }

    /**
     * Returns the address of the steps of a column: of each four integers {@code a, b, c, d} the 16-bit numbers {@code a, b - 16 a, c - 16 b,
     * d - 16 c}. With four levels of 4 bits in a 16-bit number {@code v} from the low bits up, the sum of {@code v >>> 4 i} times step
     * {@code i} is that of the levels times the integers, modulo 2^16: no level has to be cut out.
     */
    static long steps(long column, int width) {
        return column + Memory.align(2L * width);
    }

    /** Returns the address of the scales of a column. */
    static long scales(long column, int width) {
        return steps(column, width) + Memory.align(2L * width);
    }

    /** Returns the address of the sums of a column. */
    static long sums(long column, int width) {
        return scales(column, width) + Memory.align(4L * (width / 32));
    }

    /** Returns the address of the floats of a column. */
    static long floats(long column, int width) {
        return sums(column, width) + Memory.align(4L * (width / 32));
    }

    /** Rounds a column. */
    static void round(InputForm form, long x, int width, long column) {
        try {
            levels.invokeExact(form == InputForm.INT8_32 ? 32 : 256, x, width, column);
            steps.invokeExact(column, steps(column, width), width);
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }

    private static void levels(int block, long x, int width, long column) {
        for (int at = 0; at < width; at += block) {
            float peak = peak(x + 4L * at, block);
            float inverse;
            float scale;
            if (peak == 0) {
                inverse = 0;
                scale = 0;
            } else if (block == 32) {
                inverse = 127 / Math.abs(peak);
                scale = Float.float16ToFloat(Float.floatToFloat16(Math.abs(peak) / 127));
            } else {
                inverse = -127 / peak;
                scale = 1 / inverse;
            }
            write(x, width, column, at, block, inverse, scale);
        }
    }

    /** The first element of the largest magnitude, of a whole number of vectors. */
    private static float peak(long x, int n) {
        FloatVector rest = Lanes.all(0f);
        for (int i = N; i < n; i += N) {
            rest = Lanes.floats(x + 4L * i).abs().max(rest);
        }
        float max = Lanes.floats(x).abs().max(rest).reduceLanes(VectorOperators.MAX);
        for (int i = 0; i < n; i++) {
            float value = f32(x + 4L * i);
            if (Math.abs(value) == max) {
                return value;
            }
        }
        return max;
    }

    private static void write(long x, int width, long column, int at, int block, float inverse, float scale) {
        long scales = scales(column, width);
        long sums = sums(column, width);
        long floats = floats(column, width);
        for (int part = at; part < at + block; part += 32) {
            FloatVector sum = Lanes.all(0f);
            for (int i = part; i < part + 32; i += N) {
                // adding and taking off 1.5 * 2^23 rounds to the nearest even integer
                FloatVector q = Lanes.floats(x + 4L * i).mul(inverse).add(VectorMath.ROUND).sub(VectorMath.ROUND);
                sum = q.add(sum);
                Lanes.store(q.mul(scale), floats + 4L * i);
                Lanes.storeWords(q, column + 2L * i);
            }
            f32(scales + part / 8, scale);
            f32(sums + part / 8, Lanes.sum(sum));
        }
    }

    private static void steps(long integers, long steps, int width) {
        for (int i = 0; i < width; i += 2 * N) {
            ShortVector v = Lanes.shorts(integers + 2L * i);
            // of each four the one before, 0 before the first
            ShortVector before = v.reinterpretAsLongs().lanewise(VectorOperators.LSHL, 16).reinterpretAsShorts();
            Lanes.store(v.sub(before.lanewise(VectorOperators.LSHL, 4)), steps + 2L * i);
        }
    }
}
