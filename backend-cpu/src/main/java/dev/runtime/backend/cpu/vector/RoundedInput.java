package dev.runtime.backend.cpu.vector;

import static dev.runtime.backend.cpu.memory.Memory.f32;
import static dev.runtime.backend.cpu.memory.Memory.i16;

import dev.runtime.backend.cpu.kernels.InputForm;
import dev.runtime.backend.cpu.memory.Memory;

/**
 * Inputs rounded to 8 bits in blocks. One column is: the integers as 16-bit numbers {@code [width]}, the scale of each 32 elements
 * as floats, the sum of the integers of each 32 elements as floats, and the rounded inputs as floats {@code [width]}, so that
 * kernels on integers and kernels on floats compute the same.
 *
 * <p>Blocks of 32 have the scale {@code max|x| / 127} in half precision; blocks of 256 have {@code x / -127} of the x of largest
 * magnitude.
 */
final class RoundedInput {
    private RoundedInput() {}

    /** Returns the bytes of a column. */
    static long columnBytes(int width) {
        return Memory.align(2L * width) + 2 * Memory.align(4L * (width / 32)) + Memory.align(4L * width);
    }

    /** Returns the address of the scales of a column. */
    static long scales(long column, int width) {
        return column + Memory.align(2L * width);
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
        int block = form == InputForm.INT8_32 ? 32 : 256;
        for (int at = 0; at < width; at += block) {
            if (form == InputForm.INT8_32) {
                float max = Math.abs(peak(x + 4L * at, block));
                write(x, width, column, at, block, max == 0 ? 0 : 127 / max, Float.float16ToFloat(Float.floatToFloat16(max / 127)));
            } else {
                float peak = peak(x + 4L * at, block);
                float inverse = peak == 0 ? 0 : -127 / peak;
                write(x, width, column, at, block, inverse, peak == 0 ? 0 : 1 / inverse);
            }
        }
    }

    /** The first element of the largest magnitude. */
    private static float peak(long x, int n) {
        float max = 0;
        float peak = 0;
        for (int i = 0; i < n; i++) {
            float v = f32(x + 4L * i);
            if (Math.abs(v) > max) {
                max = Math.abs(v);
                peak = v;
            }
        }
        return peak;
    }

    private static void write(long x, int width, long column, int at, int block, float inverse, float scale) {
        long scales = scales(column, width);
        long sums = sums(column, width);
        long floats = floats(column, width);
        for (int part = at; part < at + block; part += 32) {
            int sum = 0;
            for (int i = part; i < part + 32; i++) {
                // adding and taking off 1.5 * 2^23 rounds to the nearest even integer
                int q = (int) (f32(x + 4L * i) * inverse + VectorMath.ROUND - VectorMath.ROUND);
                sum += q;
                i16(column + 2L * i, q);
                f32(floats + 4L * i, q * scale);
            }
            f32(scales + part / 8, scale);
            f32(sums + part / 8, sum);
        }
    }
}
