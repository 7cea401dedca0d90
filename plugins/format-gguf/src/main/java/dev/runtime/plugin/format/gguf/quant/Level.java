package dev.runtime.plugin.format.gguf.quant;

import dev.runtime.api.model.TensorType;
import java.util.Locale;
import java.util.Optional;

/** What the weights of a whole model can be brought to: a type for most matrices, and for mixtures more bits where they matter. */
public enum Level {
    F32(0, TensorType.F32),
    F16(1, TensorType.F16),
    BF16(32, TensorType.BF16),
    Q4_0(2, TensorType.Q4_0),
    Q4_1(3, TensorType.Q4_1),
    Q5_0(8, TensorType.Q5_0),
    Q5_1(9, TensorType.Q5_1),
    Q8_0(7, TensorType.Q8_0),
    Q2_K(10, TensorType.Q2_K),
    Q3_K_S(11, TensorType.Q3_K),
    Q3_K_M(12, TensorType.Q3_K),
    Q3_K_L(13, TensorType.Q3_K),
    Q4_K_S(14, TensorType.Q4_K),
    Q4_K_M(15, TensorType.Q4_K),
    Q5_K_S(16, TensorType.Q5_K),
    Q5_K_M(17, TensorType.Q5_K),
    Q6_K(18, TensorType.Q6_K),
    IQ4_NL(25, TensorType.IQ4_NL),
    IQ4_XS(30, TensorType.IQ4_XS),
    TQ1_0(36, TensorType.TQ1_0),
    TQ2_0(37, TensorType.TQ2_0),
    /** Experts in MXFP4, everything else in 8 bits. */
    MXFP4(38, TensorType.MXFP4);

    private final int fileType;
    private final TensorType type;

    Level(int fileType, TensorType type) {
        this.fileType = fileType;
        this.type = type;
    }

    /** Returns the number that stands for this level in {@code general.file_type}. */
    public int fileType() {
        return fileType;
    }

    /** Returns the type of most matrices. */
    public TensorType type() {
        return type;
    }

    /** Tells whether the weights are plain numbers. */
    public boolean plain() {
        return !type.quantized();
    }

    /** Returns the level of a user's spelling: any letter case, and the usual mixture where only the type is named. */
    public static Optional<Level> of(String spelling) {
        String name = spelling.strip().toUpperCase(Locale.ROOT);
        String full = switch (name) {
            case "Q3_K", "Q4_K", "Q5_K" -> name + "_M";
            case "MXFP4_MOE" -> "MXFP4";
            default -> name;
        };
        for (Level level : values()) {
            if (level.name().equals(full)) {
                return Optional.of(level);
            }
        }
        return Optional.empty();
    }
}
