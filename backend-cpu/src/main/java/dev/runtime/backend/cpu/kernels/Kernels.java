package dev.runtime.backend.cpu.kernels;

import dev.runtime.api.graph.Activation;
import dev.runtime.api.graph.AttentionSpec;
import dev.runtime.api.model.TensorType;
import dev.runtime.backend.cpu.quant.RowEncoder;
import java.util.List;

/**
 * The computations that are worth a fast form. All pointers are addresses of 32-bit floats unless said otherwise; buffers do
 * not overlap unless they are the same. Stateless; called by many threads at the same time.
 *
 * <p>{@link ScalarKernels} says what each method means; other implementations are within the tolerance of the contract tests.
 */
public interface Kernels {
    /** Returns words for logs: which kernels, which vectors. */
    List<String> features();

    /** Returns the bytes of a copy of a matrix in the order that {@link #product} likes best; 0 if it likes the file's order. */
    default long packedBytes(TensorType weight, int in, int rows) {
        return 0;
    }

    /** Returns how many rows a copy has side by side. */
    default int packedRows() {
        return 1;
    }

    /**
     * Copies rows.
     *
     * @param from a multiple of {@link #packedRows}
     * @param to another one, or the number of rows
     * @param copy of {@link #packedBytes}, for all rows
     */
    default void pack(Matrix weight, int from, int to, long copy) {}

    /** Returns whether products are the same to the bit with and without a copy, so that a program need not wait for it. */
    default boolean packsLater() {
        return false;
    }

    /** Returns the form in which a product with a weight of this type takes its inputs. */
    InputForm inputForm(TensorType weight);

    /** Returns the bytes of a prepared input; 0 if the form needs no preparation. */
    long preparedBytes(InputForm form, int width, int columns);

    /** Returns the number of independent parts of a preparation; 0 if the form needs none. */
    int prepareParts(InputForm form, int columns);

    /** Does one part of a preparation of {@code x [columns, width]}. */
    void prepare(InputForm form, int width, long x, int columns, long prepared, int part);

    /**
     * Returns how many rows a chunk of a product should have.
     *
     * @param columns columns of the input
     * @param threads the most threads that share the product, at least 1
     */
    int chunkRows(Matrix weight, int columns, int threads);

    /** Returns the bytes of scratch of a product. */
    long productScratch(int width, int columns);

    /**
     * Computes {@code y[c][from..to) = W[from..to) · x[c]} for all columns c.
     *
     * @param x {@code [columns, in]}, for forms without preparation
     * @param prepared the prepared input, for the others
     * @param y of row 0 and column 0
     * @param stride elements from a column of y to the next
     * @param scratch of {@link #productScratch} bytes
     */
    void product(Matrix weight, int from, int to, long x, long prepared, int columns, long y, int stride, long scratch);

    /** Asks for memory that this thread will read soon, without waiting for it; or does nothing. It need not be mapped. */
    default void fetch(long address, long bytes) {}

    /** Computes {@code y = x / sqrt(mean(x^2) + epsilon) * weight}; a weight of 0 means all ones. */
    void rmsNorm(long x, long weight, long y, int n, float epsilon);

    /** Computes {@code y = (x - mean) / sqrt(variance + epsilon) * weight + bias}; 0 for ones and zeros. */
    void layerNorm(long x, long weight, long bias, long y, int n, float epsilon);

    /** Computes {@code y = f(x)}. */
    void activate(Activation function, long x, long y, int n);

    /** Computes {@code y = f(gate) * up}; y may be gate. */
    void gate(Activation function, long gate, long up, long y, int n);

    /** Computes {@code y = cap * tanh(x / cap)}. */
    void softCap(long x, float cap, long y, int n);

    /** Computes {@code y = a + b}. */
    void add(long a, long b, long y, int n);

    /** Computes {@code y = a * b}. */
    void multiply(long a, long b, long y, int n);

    /** Computes {@code y = factor * x}. */
    void scale(long x, float factor, long y, int n);

    /** Computes {@code y = y + factor * x}. */
    void accumulate(long x, float factor, long y, int n);

    /** Returns what stores keys and values in a cache of a type that can have them. */
    default RowEncoder encoder(TensorType type) {
        return RowEncoder.of(type).orElseThrow();
    }

    /** Returns the bytes of scratch of an attention over at most so many positions. */
    long attentionScratch(AttentionSpec spec, int positions);

    /** Returns how many tokens one call of {@link #attention} should take. */
    int attentionTokens();

    /** Computes the attention of tokens of one sequence, for the query heads of one key-value head. */
    void attention(AttentionCall call, int kvHead, int fromToken, int toToken, long scratch);
}
