package dev.runtime.backend.cuda.memory;

import dev.runtime.api.model.TensorType;
import java.util.List;
import java.util.Optional;

/**
 * How weights lie on the device: as in the file, or with the fields of all blocks apart from each other so that kernels read 16 bytes at
 * once. Types without kernels of their own become {@link #Q8_0},
 * {@link #F16} (types with codebooks) or {@link #F32} (F64) when they are uploaded.
 */
public enum WeightForm {
    /** Plain. */
    F32(TensorType.F32, List.of()),
    /** Plain. */
    F16(TensorType.F16, List.of()),
    /** Plain. */
    BF16(TensorType.BF16, List.of()),
    /** Levels, scales. */
    Q8_0(TensorType.Q8_0, List.of(new Field(2, 32), new Field(0, 2))),
    /** Levels, scales. */
    Q4_0(TensorType.Q4_0, List.of(new Field(2, 16), new Field(0, 2))),
    /** As in the file: blocks begin at multiples of 16 bytes. */
    Q4_K(TensorType.Q4_K, List.of()),
    /** As in the file. */
    Q5_K(TensorType.Q5_K, List.of()),
    /** Low halves, upper bits, scales of parts, scales of blocks. */
    Q6_K(TensorType.Q6_K, List.of(new Field(0, 128), new Field(128, 64), new Field(192, 16), new Field(208, 2))),
    /** Levels, scales. */
    MXFP4(TensorType.MXFP4, List.of(new Field(1, 16), new Field(0, 1)));

    private final TensorType type;
    private final List<Field> fields;

    /** A part of a block that lies apart: its place and size in the file's block. */
    record Field(int offset, int bytes) {}

    WeightForm(TensorType type, List<Field> fields) {
        this.type = type;
        this.fields = fields;
    }

    /** Returns the form that weights of a type get, or nothing if they cannot be read. */
    public static Optional<WeightForm> of(TensorType type) {
        return Optional.ofNullable(switch (type) {
            case F32, F64 -> F32;
            case F16, IQ2_XXS, IQ2_XS, IQ2_S, IQ3_XXS, IQ3_S, IQ1_S, IQ1_M -> F16;
            case BF16 -> BF16;
            case Q8_0, Q4_1, Q5_0, Q5_1, Q1_0, Q2_0, Q2_K, Q3_K, IQ4_NL, IQ4_XS, NVFP4, TQ1_0, TQ2_0 -> Q8_0;
            case Q4_0 -> Q4_0;
            case Q4_K -> Q4_K;
            case Q5_K -> Q5_K;
            case Q6_K -> Q6_K;
            case MXFP4 -> MXFP4;
            case Q8_1, Q8_K, I8, I16, I32, I64 -> null;
        });
    }

    /** Returns the end of the names of its kernels. */
    public String kernel() {
        return name().toLowerCase(java.util.Locale.ROOT);
    }

    /** Returns the type whose elements these are. */
    public TensorType type() {
        return type;
    }

    /** Returns whether elements come in blocks. */
    public boolean blocks() {
        return type.quantized();
    }

    /** Returns the parts that lie apart, in their order; empty if blocks lie as in the file. */
    List<Field> fields() {
        return fields;
    }
}
