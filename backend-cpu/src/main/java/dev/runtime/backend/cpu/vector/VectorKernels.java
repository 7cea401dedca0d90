package dev.runtime.backend.cpu.vector;

import dev.runtime.api.graph.Activation;
import dev.runtime.api.graph.AttentionSpec;
import dev.runtime.api.model.TensorType;
import dev.runtime.backend.cpu.kernels.AttentionCall;
import dev.runtime.backend.cpu.kernels.InputForm;
import dev.runtime.backend.cpu.kernels.Kernels;
import dev.runtime.backend.cpu.kernels.Matrix;
import java.util.Arrays;
import java.util.List;

/**
 * Kernels on vectors. Made by reflection, so that nothing here is linked where the vector module is missing.
 *
 * <p>Products with few columns stream the weights: quantised ones with inputs rounded to 8 bits, plain ones as floats.
 * Products with many columns ({@link #manyColumns}) turn weights into panels of floats once for all columns and take the same
 * rounded inputs. So a row's result is the same to the bit among neighbours below that number of columns, and the same within float
 * rounding above.
 */
public final class VectorKernels implements Kernels {
    private static final long CHUNK_BYTES = 524_288;
    private static final int CHUNKS = 8;

    /** By type: makes the panel of a group of rows. */
    private static final Leaf[] PANELS = new Leaf[TensorType.values().length];

    /** Multiplies a panel. */
    private static final Leaf TILES = Leaf.of("tiles");

    /** As {@link #PANELS}, for types that could be packed and are not. */
    private static final Leaf UNPACKED = Leaf.of("panel");

    /** By type: whole groups of packed rows. */
    private static final Leaf[] PACKED = new Leaf[TensorType.values().length];

    /** By type: rows in the file's order. */
    private static final Leaf[] ROWS = new Leaf[TensorType.values().length];

    static {
        Arrays.fill(PANELS, Leaf.of("panel"));
        PANELS[TensorType.Q8_0.ordinal()] = Leaf.of("panelQ80");
        PANELS[TensorType.Q4_0.ordinal()] = Leaf.of("panelQ40");
        PANELS[TensorType.Q4_K.ordinal()] = Leaf.of("panelQ4k");
        PANELS[TensorType.Q6_K.ordinal()] = Leaf.of("panelQ6k");
        Arrays.fill(ROWS, Leaf.of("expanded"));
        ROWS[TensorType.F32.ordinal()] = Leaf.of("f32");
        ROWS[TensorType.F16.ordinal()] = Leaf.of("f16");
        ROWS[TensorType.BF16.ordinal()] = Leaf.of("bf16");
        ROWS[TensorType.Q8_0.ordinal()] = Leaf.of("q80");
        PACKED[TensorType.Q8_0.ordinal()] = Leaf.of("q80Group");
        PACKED[TensorType.Q4_0.ordinal()] = Leaf.of("q40");
        PACKED[TensorType.Q4_K.ordinal()] = Leaf.of("q4k");
        PACKED[TensorType.Q6_K.ordinal()] = Leaf.of("q6k");
    }

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
    public int packedRows() {
        return Lanes.ROWS;
    }

    @Override
    public void pack(Matrix weight, int from, int to, long copy) {
        for (int group = from / Lanes.ROWS; group < to / Lanes.ROWS; group++) {
            Packing.pack(weight, group, copy);
        }
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

    /**
     * Whole groups: of weights that are streamed up to {@link #CHUNK_BYTES}, but {@link #CHUNKS} chunks a thread where there are groups enough, so
     * that threads end together. Streams suffer where a chunk ends: with chunks of one group a step over Q4_0 takes a fifth longer, over Q8_0 4 %.
     */
    @Override
    public int chunkRows(Matrix weight, int columns, int threads) {
        if (manyColumns(weight, columns)) {
            return Lanes.ROWS;
        }
        int most = weight.rows() / Lanes.ROWS / (CHUNKS * threads);
        return Lanes.ROWS * Math.clamp(CHUNK_BYTES / (weight.rowBytes() * Lanes.ROWS), 1, Math.max(most, 1));
    }

    @Override
    public long productScratch(int width, int columns) {
        return Panels.scratchBytes(width);
    }

    /** Whether making panels pays: cheap from packed weights, dear from others, which have to be transposed. */
    private static boolean manyColumns(Matrix weight, int columns) {
        return columns >= (weight.packed() != 0 ? 5 : 12);
    }

    @Override
    public void product(Matrix weight, int from, int to, long x, long prepared, int columns, long y, int stride, long scratch) {
        TensorType type = weight.type();
        int width = weight.in();
        boolean rounded = inputForm(type) != InputForm.FLOAT;
        long integers = rounded ? prepared : x;
        long floats = rounded ? RoundedInput.floats(prepared, width) : x;
        long step = rounded ? RoundedInput.columnBytes(width) : 4L * width;
        int rest = from + (to - from) / Lanes.ROWS * Lanes.ROWS;
        if (manyColumns(weight, columns)) {
            Leaf panel = Packing.blockBytes(type) > 0 && weight.packed() == 0 ? UNPACKED : PANELS[type.ordinal()];
            for (int row = from; row < rest; row += Lanes.ROWS) {
                panel.run(weight, row, row + Lanes.ROWS, floats, step, columns, y, 4L * stride, scratch);
                TILES.run(weight, row, row + Lanes.ROWS, floats, step, columns, y, 4L * stride, scratch);
            }
        } else if (weight.packed() != 0) {
            PACKED[type.ordinal()].run(weight, from, rest, integers, step, columns, y, 4L * stride, scratch);
        } else {
            rest = from;
        }
        if (rest < to) {
            long input = type == TensorType.Q8_0 ? integers : floats;
            ROWS[type.ordinal()].run(weight, rest, to, input, step, columns, y, 4L * stride, scratch);
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
        VectorActivations.activate(function, x, y, n);
    }

    @Override
    public void gate(Activation function, long gate, long up, long y, int n) {
        VectorActivations.gate(function, gate, up, y, n);
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
