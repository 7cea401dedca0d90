package dev.runtime.backend.cpu.quant;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * The codebooks of the IQ1, IQ2 and IQ3 types: vectors of 8 or 4 levels by their number.
 *
 * <p>The resource {@code codebooks.bin} holds one little-endian 16-bit word a vector, element i in bits {@code 2i} (8 elements of 3 levels)
 * or {@code 3i} (4 elements of 8 levels), in the order of the fields here. It was read off the reference implementation's results: blocks
 * with scale 1 and one number after the other were dequantised and the levels of the result were counted through. The golden blocks show
 * most of the vectors again.
 */
final class Codebooks {
    private static final float[] LEVELS_2 = {8, 25, 43};
    private static final float[] LEVELS_3_XXS = {4, 12, 20, 28, 36, 44, 52, 62};
    private static final float[] LEVELS_3_S = {1, 3, 5, 7, 9, 11, 13, 15};
    private static final float[] LEVELS_1 = {-1, 0, 1};

    /** 256 vectors of 8. */
    static final float[] IQ2_XXS;
    /** 512 vectors of 8. */
    static final float[] IQ2_XS;
    /** 1024 vectors of 8. */
    static final float[] IQ2_S;
    /** 256 vectors of 4. */
    static final float[] IQ3_XXS;
    /** 512 vectors of 4. */
    static final float[] IQ3_S;
    /** 2048 vectors of 8. */
    static final float[] IQ1;

    static {
        try (InputStream in = Codebooks.class.getResourceAsStream("codebooks.bin")) {
            ByteBuffer words = ByteBuffer.wrap(in.readAllBytes()).order(ByteOrder.LITTLE_ENDIAN);
            IQ2_XXS = vectors(words, 256, 8, LEVELS_2);
            IQ2_XS = vectors(words, 512, 8, LEVELS_2);
            IQ2_S = vectors(words, 1024, 8, LEVELS_2);
            IQ3_XXS = vectors(words, 256, 4, LEVELS_3_XXS);
            IQ3_S = vectors(words, 512, 4, LEVELS_3_S);
            IQ1 = vectors(words, 2048, 8, LEVELS_1);
        } catch (IOException e) {
            throw new UncheckedIOException("the codebooks cannot be read; the installation is damaged", e);
        }
    }

    private Codebooks() {}

    private static float[] vectors(ByteBuffer words, int count, int size, float[] levels) {
        int bits = size == 8 ? 2 : 3;
        float[] vectors = new float[count * size];
        for (int v = 0; v < count; v++) {
            int word = Short.toUnsignedInt(words.getShort());
            for (int i = 0; i < size; i++) {
                vectors[v * size + i] = levels[word >> bits * i & (1 << bits) - 1];
            }
        }
        return vectors;
    }
}
