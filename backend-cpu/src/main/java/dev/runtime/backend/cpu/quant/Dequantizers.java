package dev.runtime.backend.cpu.quant;

import dev.runtime.api.model.TensorType;
import java.util.Optional;

/** The dequantiser of each weight type; formulas as in the description of the GGUF format. */
public final class Dequantizers {
    private Dequantizers() {}

    /** Returns the dequantiser of a type, or nothing if this backend cannot read the type. */
    public static Optional<Dequantizer> of(TensorType type) {
        return Optional.ofNullable(switch (type) {
            case F32 -> PlainNumbers::f32;
            case F16 -> PlainNumbers::f16;
            case BF16 -> PlainNumbers::bf16;
            case F64 -> PlainNumbers::f64;
            case Q4_0 -> SimpleBlocks::q40;
            case Q4_1 -> SimpleBlocks::q41;
            case Q5_0 -> SimpleBlocks::q50;
            case Q5_1 -> SimpleBlocks::q51;
            case Q8_0 -> SimpleBlocks::q80;
            case Q1_0 -> SimpleBlocks::q10;
            case Q2_0 -> SimpleBlocks::q20;
            case Q2_K -> KBlocks::q2k;
            case Q3_K -> KBlocks::q3k;
            case Q4_K -> KBlocks::q4k;
            case Q5_K -> KBlocks::q5k;
            case Q6_K -> KBlocks::q6k;
            case IQ4_NL -> TableBlocks::iq4nl;
            case IQ4_XS -> TableBlocks::iq4xs;
            case MXFP4 -> TableBlocks::mxfp4;
            case NVFP4 -> TableBlocks::nvfp4;
            case TQ1_0 -> TernaryBlocks::tq10;
            case TQ2_0 -> TernaryBlocks::tq20;
            case IQ2_XXS -> CodebookBlocks::iq2xxs;
            case IQ2_XS -> CodebookBlocks::iq2xs;
            case IQ2_S -> CodebookBlocks::iq2s;
            case IQ3_XXS -> CodebookBlocks::iq3xxs;
            case IQ3_S -> CodebookBlocks::iq3s;
            case IQ1_S -> CodebookBlocks::iq1s;
            case IQ1_M -> CodebookBlocks::iq1m;
            case Q8_1, Q8_K, I8, I16, I32, I64 -> null;
        });
    }

    /** Returns why a type has no dequantiser here. */
    public static String reason(TensorType type) {
        return switch (type) {
            case Q8_1, Q8_K -> type + " is a format of activations, not of weights";
            case I8, I16, I32, I64 -> "integer tensors of type " + type + " cannot be weights";
            case F32, F16, BF16, F64, Q4_0, Q4_1, Q5_0, Q5_1, Q8_0, Q1_0, Q2_0, Q2_K, Q3_K, Q4_K, Q5_K, Q6_K, IQ4_NL, IQ4_XS, MXFP4,
                NVFP4, TQ1_0, TQ2_0, IQ1_S, IQ1_M, IQ2_XXS, IQ2_XS, IQ2_S, IQ3_XXS, IQ3_S -> type + " is supported";
        };
    }
}
