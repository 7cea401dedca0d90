package dev.runtime.backend.cuda.ops;

import dev.runtime.backend.cuda.memory.WeightForm;

/** The form in which products with many columns take their inputs; with few columns blocks take bytes, plain numbers floats. */
public enum InputForm {
    /** 32-bit floats as they are. */
    FLOATS(0, ""),
    /** 16-bit floats: enough for weights in blocks. */
    HALVES(1, "prepare_f16"),
    /** Two 16-bit floats each, together as good as 22 bits. */
    HALF_PAIRS(2, "prepare_f16"),
    /** Two bfloats each. */
    BFLOAT_PAIRS(2, "prepare_bf16");

    private final int pieces;
    private final String kernel;

    InputForm(int pieces, String kernel) {
        this.pieces = pieces;
        this.kernel = kernel;
    }

    /** Returns the form that weights take. */
    public static InputForm of(WeightForm form) {
        return switch (form) {
            case F32 -> FLOATS;
            case F16 -> HALF_PAIRS;
            case BF16 -> BFLOAT_PAIRS;
            case Q8_0, Q4_0, Q4_K, Q5_K, Q6_K, MXFP4 -> HALVES;
        };
    }

    int pieces() {
        return pieces;
    }

    String kernel() {
        return kernel;
    }
}
