package dev.runtime.plugin.format.gguf.quant;

import dev.runtime.api.model.TensorType;
import java.util.Optional;

/**
 * Turns floats into the blocks of one type, without an importance matrix. Pure; safe for use by many threads.
 *
 * <p>All arithmetic is in 32 bits and in the order of the reference quantiser, and nothing is contracted, so that equal weights give
 * equal bytes.
 */
@FunctionalInterface
public interface BlockQuantizer {
    /**
     * Quantises.
     *
     * @param x weights; those from {@code from} on are read
     * @param elements a multiple of the type's block size
     * @param out takes {@code type.bytes(elements)} bytes from {@code at} on, all of which are written
     */
    void quantize(float[] x, int from, int elements, byte[] out, int at);

    /** Returns the quantiser of a type, or nothing if weights are not written in it. */
    static Optional<BlockQuantizer> of(TensorType type) {
        return Optional.ofNullable(switch (type) {
            case F32 -> PlainNumbers::f32;
            case F16 -> PlainNumbers::f16;
            case BF16 -> PlainNumbers::bf16;
            case Q4_0 -> SimpleBlocks::q40;
            case Q4_1 -> SimpleBlocks::q41;
            case Q5_0 -> SimpleBlocks::q50;
            case Q5_1 -> SimpleBlocks::q51;
            case Q8_0 -> SimpleBlocks::q80;
            case Q2_K -> LowBlocks::q2k;
            case Q3_K -> LowBlocks::q3k;
            case Q4_K -> MinimumBlocks::q4k;
            case Q5_K -> MinimumBlocks::q5k;
            case Q6_K -> SixBitBlocks::q6k;
            case IQ4_NL -> TableBlocks::iq4nl;
            case IQ4_XS -> TableBlocks::iq4xs;
            case MXFP4 -> TableBlocks::mxfp4;
            case TQ1_0 -> TernaryBlocks::tq10;
            case TQ2_0 -> TernaryBlocks::tq20;
            case Q8_1, Q8_K, IQ1_S, IQ1_M, IQ2_XXS, IQ2_XS, IQ2_S, IQ3_XXS, IQ3_S, NVFP4, Q1_0, Q2_0, I8, I16, I32, I64, F64 -> null;
        });
    }
}
