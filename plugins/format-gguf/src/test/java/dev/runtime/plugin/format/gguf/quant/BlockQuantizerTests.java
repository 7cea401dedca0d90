package dev.runtime.plugin.format.gguf.quant;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import dev.runtime.api.model.TensorType;
import java.util.Arrays;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Every quantiser against checksums of the reference quantiser's output for one row. */
class BlockQuantizerTests {
    /** A saw tooth, then one of an eighth of the height, then a block of zeros in a super-block that has others. */
    static float[] row() {
        float[] x = new float[1024];
        for (int i = 0; i < x.length; i++) {
            x[i] = ((i * 7919 + 13) % 1000 - 500) / 256f;
        }
        for (int i = 256; i < 512; i++) {
            x[i] *= 0.125f;
        }
        Arrays.fill(x, 512, 544, 0);
        return x;
    }

    @Test
    void inputIsTheOneOfTheChecksums() {
        byte[] bytes = new byte[4096];
        BlockQuantizer.of(TensorType.F32).orElseThrow().quantize(row(), 0, 1024, bytes, 0);
        assertEquals(0xa70b00f6L, crc(bytes));
    }

    @ParameterizedTest
    @CsvSource({
        "Q8_0, 4cc89fae", "Q4_0, 1c50e888", "Q4_1, 9a59198b", "Q5_0, 099322f3", "Q5_1, 73c45b25", "Q2_K, c81c32ab", "Q3_K, 22d33534",
        "Q4_K, d2daed1d", "Q5_K, 5580c414", "Q6_K, 78268469", "IQ4_NL, 80873765", "IQ4_XS, a4d486b6", "TQ1_0, f5f04ea7", "TQ2_0, 8c4717d4",
        "MXFP4, a002d213"
    })
    void bytesAreThoseOfTheReference(TensorType type, String crc) {
        byte[] bytes = new byte[(int) type.bytes(1024)];
        BlockQuantizer.of(type).orElseThrow().quantize(row(), 0, 1024, bytes, 0);
        assertEquals(crc, "%08x".formatted(crc(bytes)));
    }

    /** Blocks depend on their own weights only: rows may be cut anywhere, and offsets and old contents of the target do not matter. */
    @ParameterizedTest
    @CsvSource({"Q4_1", "Q5_0", "Q8_0", "Q2_K", "Q3_K", "Q4_K", "Q5_K", "Q6_K", "IQ4_NL", "IQ4_XS", "TQ1_0", "TQ2_0", "MXFP4", "BF16", "F16"})
    void aPartOfARowGivesAPartOfItsBytes(TensorType type) {
        BlockQuantizer quantizer = BlockQuantizer.of(type).orElseThrow();
        byte[] whole = new byte[(int) type.bytes(1024)];
        quantizer.quantize(row(), 0, 1024, whole, 0);
        int before = (int) type.bytes(256);
        byte[] part = new byte[7 + (int) type.bytes(512)];
        Arrays.fill(part, (byte) 0xA5);
        quantizer.quantize(row(), 256, 512, part, 7);
        assertArrayEquals(Arrays.copyOfRange(whole, before, before + part.length - 7), Arrays.copyOfRange(part, 7, part.length));
    }

    private static long crc(byte[] bytes) {
        CRC32 crc = new CRC32();
        crc.update(bytes);
        return crc.getValue();
    }
}
