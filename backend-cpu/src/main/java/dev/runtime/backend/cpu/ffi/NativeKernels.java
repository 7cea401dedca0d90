package dev.runtime.backend.cpu.ffi;

import dev.runtime.api.graph.Activation;
import dev.runtime.api.graph.AttentionSpec;
import dev.runtime.api.model.TensorType;
import dev.runtime.backend.cpu.kernels.AttentionCall;
import dev.runtime.backend.cpu.kernels.InputForm;
import dev.runtime.backend.cpu.kernels.Kernels;
import dev.runtime.backend.cpu.kernels.Matrix;
import dev.runtime.backend.cpu.quant.RowEncoder;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * Kernels in C. Products with few columns stream the rows of a weight, products with many unpack some rows at a time into the
 * processor's cache. With AVX-512 a copy in which 16 rows are interleaved is read as one stream. What is not native goes to other kernels.
 *
 * <p>An element of a product is the same to the bit with any number of columns.
 */
public final class NativeKernels implements Kernels {
    /** Columns up to which chunks are many rows. */
    private static final int STREAMED_COLUMNS = 8;

    /** Bytes of weights of a chunk with few columns. */
    private static final int CHUNK_BYTES = 262_144;

    /** Rows that a copy interleaves. */
    private static final int PACKED_GROUP = 16;

    /** Multiplications that end within some microseconds. */
    private static final long BRIEF = 1 << 20;

    private static Optional<NativeLibrary> library = Optional.empty();

    private final Kernels others;

    private NativeKernels(Kernels others) {
        this.others = others;
    }

    /**
     * Creates the kernels. The level of the first call is that of all.
     *
     * @param level the level to use; empty for the best that runs here
     * @param others the kernels for what is not native
     * @return the kernels, or nothing if there is no library
     * @throws IllegalStateException if the library does not work here
     */
    public static synchronized Optional<Kernels> create(String level, Kernels others) {
        if (library.isEmpty()) {
            library = NativeLibrary.open(level);
        }
        return library.map(found -> new NativeKernels(others));
    }

    /** Returns the library for {@link NativeCalls}. */
    static NativeLibrary library() {
        return library.orElseThrow(() -> new IllegalStateException("no library of native kernels"));
    }

    @Override
    public List<String> features() {
        return List.of("native", NativeCalls.LIBRARY.level());
    }

    /** Returns the number of a type in the library, or -1. */
    private static int number(TensorType type) {
        return switch (type) {
            case F32 -> 0;
            case F16 -> 1;
            case Q4_0 -> 2;
            case Q4_1 -> 3;
            case Q5_0 -> 6;
            case Q5_1 -> 7;
            case Q8_0 -> 8;
            case Q2_K -> 10;
            case Q3_K -> 11;
            case Q4_K -> 12;
            case Q5_K -> 13;
            case Q6_K -> 14;
            case IQ4_NL -> 20;
            case IQ4_XS -> 23;
            case BF16 -> 30;
            case MXFP4 -> 39;
            case TensorType other -> -1;
        };
    }

    @Override
    public long packedBytes(TensorType weight, int in, int rows) {
        return number(weight) < 0 ? 0 : NativeCalls.packedBytes(number(weight), in, rows);
    }

    @Override
    public int packedRows() {
        return PACKED_GROUP;
    }

    @Override
    public void pack(Matrix weight, int from, int to, long copy) {
        Objects.checkFromToIndex(from, to, weight.rows());
        NativeCalls.pack(number(weight.type()), weight.address(), weight.rowBytes(), weight.in(), from, to, copy);
    }

    @Override
    public boolean packsLater() {
        return true;
    }

    @Override
    public InputForm inputForm(TensorType weight) {
        return switch (weight) {
            case Q4_0, Q4_1, Q5_0, Q5_1, Q8_0, IQ4_NL, MXFP4 -> InputForm.INT8_32;
            case Q2_K, Q3_K, Q4_K, Q5_K, Q6_K, IQ4_XS -> InputForm.INT8_256;
            case TensorType other -> InputForm.FLOAT;
        };
    }

    @Override
    public long preparedBytes(InputForm form, int width, int columns) {
        return form == InputForm.FLOAT ? 0 : columns * NativeCalls.columnBytes(width);
    }

    @Override
    public int prepareParts(InputForm form, int columns) {
        return form == InputForm.FLOAT ? 0 : columns;
    }

    @Override
    public void prepare(InputForm form, int width, long x, int columns, long prepared, int part) {
        int block = form == InputForm.INT8_32 ? 32 : 256;
        if (width % block != 0) {
            throw new IllegalArgumentException(width + " elements are no whole blocks of " + block);
        }
        Objects.checkIndex(part, columns);
        NativeCalls.prepare(block, x + 4L * width * part, width, prepared + part * NativeCalls.columnBytes(width));
    }

    @Override
    public int chunkRows(Matrix weight, int columns, int threads) {
        if (number(weight.type()) < 0) {
            return others.chunkRows(weight, columns, threads);
        }
        return columns > STREAMED_COLUMNS ? 64 : 16 * Math.clamp(CHUNK_BYTES / (16 * weight.rowBytes()), 1, 256);
    }

    @Override
    public long productScratch(int width, int columns) {
        return Math.max(NativeCalls.productScratch(columns), others.productScratch(width, columns));
    }

    @Override
    public void product(Matrix weight, int from, int to, long x, long prepared, int columns, long y, int stride, long scratch) {
        int type = number(weight.type());
        if (type < 0) {
            others.product(weight, from, to, x, prepared, columns, y, stride, scratch);
            return;
        }
        Objects.checkFromToIndex(from, to, weight.rows());
        if (weight.in() % weight.type().blockSize() != 0 || columns < 0) {
            throw new IllegalArgumentException(weight + " with " + columns + " columns");
        }
        boolean brief = (long) (to - from) * weight.in() * columns <= BRIEF;
        NativeCalls.product(brief, type, weight.address(), from % PACKED_GROUP == 0 ? weight.packed() : 0, weight.rowBytes(), weight.in(), from, to,
                inputForm(weight.type()) == InputForm.FLOAT ? x : prepared, columns, y, stride, scratch);
    }

    @Override
    public void fetch(long address, long bytes) {
        NativeCalls.fetch(address, bytes);
    }

    @Override
    public void rmsNorm(long x, long weight, long y, int n, float epsilon) {
        NativeCalls.rmsNorm(x, weight, y, n, epsilon);
    }

    @Override
    public void layerNorm(long x, long weight, long bias, long y, int n, float epsilon) {
        NativeCalls.layerNorm(x, weight, bias, y, n, epsilon);
    }

    /** Returns the number of a function in the library, or -1. */
    private static int number(Activation function) {
        return switch (function) {
            case SILU -> 0;
            case GELU_TANH -> 1;
            case GELU_QUICK -> 2;
            case RELU -> 3;
            case RELU_SQUARED -> 4;
            case SIGMOID -> 5;
            case TANH -> 6;
            case SWIGLU_CLAMPED -> 7;
            case GELU_TANH_HALF, GELU_ERF, SOFTPLUS, EXP -> -1;
        };
    }

    @Override
    public void activate(Activation function, long x, long y, int n) {
        int kind = number(function);
        if (kind < 0 || function == Activation.SWIGLU_CLAMPED) {
            others.activate(function, x, y, n);
        } else {
            NativeCalls.activate(kind, x, y, n);
        }
    }

    @Override
    public void gate(Activation function, long gate, long up, long y, int n) {
        int kind = number(function);
        if (kind < 0) {
            others.gate(function, gate, up, y, n);
        } else {
            NativeCalls.gate(kind, gate, up, y, n);
        }
    }

    @Override
    public void softCap(long x, float cap, long y, int n) {
        NativeCalls.softCap(x, cap, y, n);
    }

    @Override
    public void add(long a, long b, long y, int n) {
        NativeCalls.add(a, b, y, n);
    }

    @Override
    public void multiply(long a, long b, long y, int n) {
        NativeCalls.multiply(a, b, y, n);
    }

    @Override
    public void scale(long x, float factor, long y, int n) {
        NativeCalls.scale(x, factor, y, n);
    }

    @Override
    public RowEncoder encoder(TensorType type) {
        return type == TensorType.F16 ? NativeCalls::halves : Kernels.super.encoder(type);
    }

    @Override
    public void accumulate(long x, float factor, long y, int n) {
        NativeCalls.accumulate(x, factor, y, n);
    }

    @Override
    public long attentionScratch(AttentionSpec spec, int positions) {
        return Math.max(NativeAttention.scratchBytes(spec), others.attentionScratch(spec, positions));
    }

    @Override
    public int attentionTokens() {
        return NativeAttention.TOKENS;
    }

    /** Biases by distance, which few models have, are not native. */
    @Override
    public void attention(AttentionCall call, int kvHead, int fromToken, int toToken, long scratch) {
        if (!call.biased()) {
            NativeAttention.attend(call, kvHead, fromToken, toToken, scratch);
            return;
        }
        int step = others.attentionTokens();
        for (int token = fromToken; token < toToken; token += step) {
            others.attention(call, kvHead, token, Math.min(token + step, toToken), scratch);
        }
    }
}
