package dev.runtime.kernel.store;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WeightSummaryTests {
    @ParameterizedTest
    @CsvSource({"0,''", "-1,''", "7,7", "999,999", "1000,1K", "1499,1K", "12600,13K", "1000000,1M", "137000000,137M", "136730000,136.73M",
        "494032768,494.03M", "1000000000,1B", "3212749888,3.2B", "7000000000,7B", "70553706496,70.6B", "9223372036854775807,9223372036.9B"})
    void parameterSizes(long n, String expected) {
        assertEquals(expected, WeightSummary.parameterSize(n));
    }

    @ParameterizedTest
    @CsvSource({"1,F16", "7,Q8_0", "15,Q4_K_M", "18,Q6_K", "25,IQ4_NL", "30,IQ4_XS", "32,BF16", "38,MXFP4", "0,F32", "5,F32", "99,F32", "9999999999,F32"})
    void quantization(long fileType, String expected, @TempDir Path folder) throws IOException {
        Path file = Files.writeString(folder.resolve("f"), "FAKE\ngeneral.file_type=" + fileType + "\ntensor a F32 64\ntensor b Q8_0 32\n");
        try (var open = new FakeFormat().open(file)) {
            assertEquals(expected, WeightSummary.of(open).quantization());
        }
    }
}
