package dev.runtime.api.model;

import dev.runtime.api.Stable;
import java.util.Optional;

/**
 * Element types of tensors: plain numbers and block-quantised weights, with the ids and sizes of ggml.
 *
 * <p>A row of n elements takes {@code n / blockSize * blockBytes} bytes; n is a multiple of the block size.
 */
@Stable
public enum TensorType {
    /** IEEE binary32. */
    F32(0, 1, 4),
    /** IEEE binary16. */
    F16(1, 1, 2),
    /** 4 bits, scale. */
    Q4_0(2, 32, 18),
    /** 4 bits, scale and minimum. */
    Q4_1(3, 32, 20),
    /** 5 bits, scale. */
    Q5_0(6, 32, 22),
    /** 5 bits, scale and minimum. */
    Q5_1(7, 32, 24),
    /** 8 bits, scale. */
    Q8_0(8, 32, 34),
    /** 8 bits, scale and sum; activations only. */
    Q8_1(9, 32, 36),
    /** 2 bits in super-blocks. */
    Q2_K(10, 256, 84),
    /** 3 bits in super-blocks. */
    Q3_K(11, 256, 110),
    /** 4 bits in super-blocks. */
    Q4_K(12, 256, 144),
    /** 5 bits in super-blocks. */
    Q5_K(13, 256, 176),
    /** 6 bits in super-blocks. */
    Q6_K(14, 256, 210),
    /** 8 bits in super-blocks; activations only. */
    Q8_K(15, 256, 292),
    /** Codebook, 2.06 bits. */
    IQ2_XXS(16, 256, 66),
    /** Codebook, 2.31 bits. */
    IQ2_XS(17, 256, 74),
    /** Codebook, 3.06 bits. */
    IQ3_XXS(18, 256, 98),
    /** Codebook, 1.56 bits. */
    IQ1_S(19, 256, 50),
    /** 4 bits, non-linear levels. */
    IQ4_NL(20, 32, 18),
    /** Codebook, 3.44 bits. */
    IQ3_S(21, 256, 110),
    /** Codebook, 2.56 bits. */
    IQ2_S(22, 256, 82),
    /** 4 bits, non-linear levels in super-blocks. */
    IQ4_XS(23, 256, 136),
    /** Signed 8-bit integer. */
    I8(24, 1, 1),
    /** Signed 16-bit integer. */
    I16(25, 1, 2),
    /** Signed 32-bit integer. */
    I32(26, 1, 4),
    /** Signed 64-bit integer. */
    I64(27, 1, 8),
    /** IEEE binary64. */
    F64(28, 1, 8),
    /** Codebook, 1.75 bits. */
    IQ1_M(29, 256, 56),
    /** Upper half of binary32. */
    BF16(30, 1, 2),
    /** Ternary, 1.69 bits. */
    TQ1_0(34, 256, 54),
    /** Ternary, 2.06 bits. */
    TQ2_0(35, 256, 66),
    /** Microscaling FP4 of the OCP standard: E2M1 elements, E8M0 scale. */
    MXFP4(39, 32, 17),
    /** FP4 with E4M3 scales a group of 16. */
    NVFP4(40, 64, 36),
    /** 1 bit, scale. */
    Q1_0(41, 128, 18),
    /** 2 bits, scale. */
    Q2_0(42, 64, 18);

    private static final TensorType[] BY_ID = new TensorType[64];

    static {
        for (TensorType type : values()) {
            BY_ID[type.id] = type;
        }
    }

    private final int id;
    private final int blockSize;
    private final int blockBytes;

    TensorType(int id, int blockSize, int blockBytes) {
        this.id = id;
        this.blockSize = blockSize;
        this.blockBytes = blockBytes;
    }

    /** Returns the number that stands for this type in files. */
    public int id() {
        return id;
    }

    /** Returns the elements of one block; 1 for plain numbers. */
    public int blockSize() {
        return blockSize;
    }

    /** Returns the bytes of one block. */
    public int blockBytes() {
        return blockBytes;
    }

    /** Tells whether elements come in blocks. */
    public boolean quantized() {
        return blockSize > 1;
    }

    /**
     * Returns the bytes of a run of elements.
     *
     * @throws IllegalArgumentException if the count is negative or no multiple of the block size
     * @throws ArithmeticException on overflow
     */
    public long bytes(long elements) {
        if (elements < 0 || elements % blockSize != 0) {
            throw new IllegalArgumentException(elements + " elements are no whole number of " + this + " blocks of " + blockSize);
        }
        return Math.multiplyExact(elements / blockSize, blockBytes);
    }

    /** Returns the type of a file's type number. */
    public static Optional<TensorType> of(long id) {
        return id >= 0 && id < BY_ID.length ? Optional.ofNullable(BY_ID[(int) id]) : Optional.empty();
    }
}
