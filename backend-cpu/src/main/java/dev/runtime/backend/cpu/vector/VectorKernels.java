package dev.runtime.backend.cpu.vector;

import static dev.runtime.backend.cpu.memory.Memory.f32;

import dev.runtime.api.graph.Activation;
import dev.runtime.api.graph.AttentionSpec;
import dev.runtime.api.model.TensorType;
import dev.runtime.backend.cpu.kernels.AttentionCall;
import dev.runtime.backend.cpu.kernels.InputForm;
import dev.runtime.backend.cpu.kernels.Kernels;
import dev.runtime.backend.cpu.kernels.Matrix;
import java.util.List;

/**
 * Kernels on vectors. Made by reflection, so that nothing here is linked where the vector module is missing.
 *
 * <p>Products with few columns stream the weights: quantised ones as integers with inputs rounded to 8 bits, plain ones as floats.
 * Products with many columns ({@link #manyColumns}) turn weights into panels of floats once for all columns and take the same
 * rounded inputs. So a row's result is the same to the bit among neighbours below that number of columns, and the same within float
 * rounding above.
 */
public final class VectorKernels implements Kernels {
    /** Creates the kernels. */
    public VectorKernels() {}

    @Override
    public List<String> features() {
        return List.of("vector", Lanes.F.vectorBitSize() + " bit");
    }

    @Override
    public long packedBytes(TensorType weight, int in, int rows) {
        return Packing.blockBytes(weight) == 0 ? 0 : Packing.groupBytes(weight, in) * (rows / Lanes.ROWS);
    }

    @Override
    public int packParts(Matrix weight) {
        return weight.rows() / Lanes.ROWS;
    }

    @Override
    public void pack(Matrix weight, int part) {
        Packing.pack(weight, part);
    }

    @Override
    public InputForm inputForm(TensorType weight) {
        return switch (weight) {
            case Q8_0, Q4_0 -> InputForm.INT8_32;
            case Q4_K, Q6_K -> InputForm.INT8_256;
            case TensorType other -> InputForm.FLOAT;
        };
    }

    @Override
    public long preparedBytes(InputForm form, int width, int columns) {
        return form == InputForm.FLOAT ? 0 : columns * RoundedInput.columnBytes(width);
    }

    @Override
    public int prepareParts(InputForm form, int columns) {
        return form == InputForm.FLOAT ? 0 : columns;
    }

    @Override
    public void prepare(InputForm form, int width, long x, int columns, long prepared, int part) {
        RoundedInput.round(form, x + 4L * width * part, width, prepared + part * RoundedInput.columnBytes(width));
    }

    /** Chunks of about 64 KiB of weights, whole groups. */
    @Override
    public int chunkRows(Matrix weight, int columns) {
        long groups = 65_536 / (weight.rowBytes() * Lanes.ROWS);
        return manyColumns(weight, columns) ? Lanes.ROWS : Lanes.ROWS * Math.clamp(groups, 1, 64);
    }

    @Override
    public long productScratch(int width, int columns) {
        return PanelProduct.scratchBytes(width);
    }

    /** Whether making panels pays: cheap from packed weights, dear from others, which have to be transposed. */
    private static boolean manyColumns(Matrix weight, int columns) {
        return columns >= (weight.packed() != 0 ? 5 : 12);
    }

    @Override
    public void product(Matrix weight, int from, int to, long x, long prepared, int columns, long y, int stride, long scratch) {
        boolean rounded = inputForm(weight.type()) != InputForm.FLOAT;
        int width = weight.in();
        long column = rounded ? prepared : x;
        long step = rounded ? RoundedInput.columnBytes(width) : 4L * width;
        long floats = rounded ? RoundedInput.floats(prepared, width) : x;
        boolean panels = manyColumns(weight, columns);
        int row = from;
        for (; row <= to - Lanes.ROWS && (panels || weight.packed() != 0); row += Lanes.ROWS) {
            if (panels) {
                PanelProduct.multiply(weight, row / Lanes.ROWS, floats, step, columns, y + 4L * row, 4L * stride, scratch);
            } else {
                long group = weight.packed() + row / Lanes.ROWS * Packing.groupBytes(weight.type(), width);
                for (int c = 0; c < columns; c++) {
                    packed(weight.type(), group, width, column + step * c, y + 4L * ((long) c * stride + row));
                }
            }
        }
        for (; row < to; row++) {
            row(weight, row, column, floats, step, columns, y + 4L * row, 4L * stride, scratch);
        }
    }

    private static void packed(TensorType type, long group, int width, long column, long y) {
        switch (type) {
            case Q4_0 -> RoundedProduct.q40(group, width, column, y);
            case Q4_K -> RoundedProduct.q4k(group, width, column, y);
            case TensorType other -> RoundedProduct.q6k(group, width, column, y);
        }
    }

    /** One row with all columns, in the file's order. */
    private static void row(Matrix weight, int row, long column, long floats, long step, int columns, long y, long stride,
            long scratch) {
        long address = weight.row(row);
        int n = weight.in();
        switch (weight.type()) {
            case F32 -> {
                for (int c = 0; c < columns; c++) {
                    f32(y + stride * c, VectorDot.dot(address, floats + step * c, n));
                }
            }
            case F16 -> {
                for (int c = 0; c < columns; c++) {
                    f32(y + stride * c, VectorDot.dotF16(address, floats + step * c, n));
                }
            }
            case BF16 -> {
                for (int c = 0; c < columns; c++) {
                    f32(y + stride * c, VectorDot.dotBf16(address, floats + step * c, n));
                }
            }
            case Q8_0 -> {
                for (int c = 0; c < columns; c++) {
                    f32(y + stride * c, RoundedProduct.q80(address, n, column + step * c));
                }
            }
            case TensorType other -> {
                Panels.expand(other, address, n, scratch);
                for (int c = 0; c < columns; c++) {
                    f32(y + stride * c, VectorDot.dot(scratch, floats + step * c, n));
                }
            }
        }
    }

    @Override
    public void rmsNorm(long x, long weight, long y, int n, float epsilon) {
        VectorElements.rmsNorm(x, weight, y, n, epsilon);
    }

    @Override
    public void layerNorm(long x, long weight, long bias, long y, int n, float epsilon) {
        VectorElements.layerNorm(x, weight, bias, y, n, epsilon);
    }

    @Override
    public void activate(Activation function, long x, long y, int n) {
        VectorElements.activate(function, x, y, n);
    }

    @Override
    public void gate(Activation function, long gate, long up, long y, int n) {
        VectorElements.gate(function, gate, up, y, n);
    }

    @Override
    public void softCap(long x, float cap, long y, int n) {
        VectorElements.softCap(x, cap, y, n);
    }

    @Override
    public void add(long a, long b, long y, int n) {
        VectorElements.add(a, b, y, n);
    }

    @Override
    public void multiply(long a, long b, long y, int n) {
        VectorElements.multiply(a, b, y, n);
    }

    @Override
    public void scale(long x, float factor, long y, int n) {
        VectorElements.scale(x, factor, y, n);
    }

    @Override
    public void accumulate(long x, float factor, long y, int n) {
        VectorElements.accumulate(x, factor, y, n);
    }

    @Override
    public long attentionScratch(AttentionSpec spec, int positions) {
        return VectorAttention.scratchBytes(spec);
    }

    @Override
    public int attentionTokens() {
        return VectorAttention.TOKENS;
    }

    @Override
    public void attention(AttentionCall call, int kvHead, int fromToken, int toToken, long scratch) {
        VectorAttention.attend(call, kvHead, fromToken, toToken, scratch);
    }
}
