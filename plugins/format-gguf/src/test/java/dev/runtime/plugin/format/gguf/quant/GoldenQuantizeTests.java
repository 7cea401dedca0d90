package dev.runtime.plugin.format.gguf.quant;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.runtime.api.model.TensorType;
import dev.runtime.api.testkit.GoldenFolder;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/** Every quantiser against the reference's bytes: random rows, and rows of zeros, constants, ramps, outliers and tiny numbers. */
class GoldenQuantizeTests {
    private static final Pattern TYPE = Pattern.compile(
            "\"type\": \"(\\w+)\".*?\"bytes_file\": \"([^\"]+)\".*?\"floats_file\": \"([^\"]+)\".*?\"sets\": \\[(.*?)\\]", Pattern.DOTALL);
    private static final Pattern SET = Pattern.compile("\\{(.*?)\\}", Pattern.DOTALL);

    @Test
    void bytesAreThoseOfTheReference() throws IOException {
        Optional<Path> folder = GoldenFolder.outside("quants");
        Assumptions.assumeTrue(folder.isPresent(), "no golden folder; give -Dgolden.dir");
        int types = 0;
        Matcher matcher = TYPE.matcher(Files.readString(folder.get().resolve("index.json")));
        while (matcher.find()) {
            TensorType type = TensorType.valueOf(matcher.group(1));
            if (BlockQuantizer.of(type).isPresent()) {
                types++;
                byte[] bytes = Files.readAllBytes(folder.get().resolve(matcher.group(2)));
                byte[] floats = Files.readAllBytes(folder.get().resolve(matcher.group(3)));
                Matcher set = SET.matcher(matcher.group(4));
                while (set.find()) {
                    if (set.group(1).contains("input_offset")) {
                        compare(type, set.group(1), bytes, floats);
                    }
                }
            }
        }
        assertEquals(17, types);
    }

    private static void compare(TensorType type, String set, byte[] bytes, byte[] floats) {
        int cols = number(set, "cols");
        int rowBytes = (int) type.bytes(cols);
        for (int row = 0; row < number(set, "rows"); row++) {
            float[] x = new float[cols];
            ByteBuffer.wrap(floats).order(ByteOrder.LITTLE_ENDIAN).position(4 * (number(set, "input_offset") + row * cols)).asFloatBuffer().get(x);
            byte[] actual = new byte[rowBytes];
            BlockQuantizer.of(type).orElseThrow().quantize(x, 0, cols, actual, 0);
            int at = number(set, "bytes_offset") + row * rowBytes;
            assertArrayEquals(Arrays.copyOfRange(bytes, at, at + rowBytes), actual, type + " row " + row + " of " + set.strip());
        }
    }

    private static int number(String set, String key) {
        Matcher matcher = Pattern.compile("\"" + key + "\": (\\d+)").matcher(set);
        assertTrue(matcher.find(), () -> key + " in " + set);
        return Integer.parseInt(matcher.group(1));
    }
}
