package dev.runtime.backend.cpu.quant;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.runtime.api.model.TensorType;
import dev.runtime.api.testkit.GoldenFolder;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/** Every dequantiser against the reference's floats, to one unit in the last place. */
class GoldenDequantizeTests {
    private static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final Pattern TYPE = Pattern.compile(
            "\"type\": \"(\\w+)\".*?\"bytes_file\": \"([^\"]+)\".*?\"floats_file\": \"([^\"]+)\".*?\"sets\": \\[(.*?)\\]", Pattern.DOTALL);
    private static final Pattern SET = Pattern.compile("\\{(.*?)\\}", Pattern.DOTALL);

    @Test
    void compactCopy() throws IOException {
        assertEquals(27, compare(GoldenFolder.compact(GoldenDequantizeTests.class, "quants")));
    }

    @Test
    void allOfTheReference() throws IOException {
        Optional<Path> folder = GoldenFolder.outside("quants");
        Assumptions.assumeTrue(folder.isPresent(), "no golden folder; give -Dgolden.dir");
        assertEquals(27, compare(folder.orElseThrow()));
    }

    /** Compares all sets of a folder and returns the number of types compared. */
    private static int compare(Path folder) throws IOException {
        int types = 0;
        Matcher matcher = TYPE.matcher(Files.readString(folder.resolve("index.json")));
        while (matcher.find()) {
            TensorType type = TensorType.valueOf(matcher.group(1));
            if (Dequantizers.of(type).isPresent()) {
                types++;
                byte[] bytes = Files.readAllBytes(folder.resolve(matcher.group(2)));
                byte[] floats = Files.readAllBytes(folder.resolve(matcher.group(3)));
                Matcher set = SET.matcher(matcher.group(4));
                while (set.find()) {
                    compare(type, set.group(1), bytes, floats);
                }
            }
        }
        return types;
    }

    private static void compare(TensorType type, String set, byte[] bytes, byte[] floats) {
        int elements = number(set, "rows") * number(set, "cols");
        int size = Math.toIntExact(type.bytes(elements));
        assertEquals(size, number(set, "bytes"));
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment source = arena.allocate(size);
            MemorySegment target = arena.allocate(4L * elements);
            MemorySegment.copy(bytes, number(set, "bytes_offset"), source, ValueLayout.JAVA_BYTE, 0, size);
            Dequantizers.of(type).orElseThrow().expand(source.address(), elements, target.address());
            MemorySegment expected = MemorySegment.ofArray(floats).asSlice(4L * number(set, "dequant_offset"), 4L * elements);
            for (int i = 0; i < elements; i++) {
                assertClose(expected.get(FLOAT, 4L * i), target.get(FLOAT, 4L * i), type + " " + set.strip() + " element " + i);
            }
        }
    }

    private static void assertClose(float expected, float actual, String where) {
        if (Float.isNaN(expected)) {
            assertTrue(Float.isNaN(actual), () -> where + ": NaN expected, got " + actual);
        } else if (expected != actual) {
            assertTrue(Math.abs((double) expected - actual) <= Math.ulp(expected), () -> where + ": " + expected + " expected, got " + actual);
        }
    }

    private static int number(String set, String key) {
        Matcher matcher = Pattern.compile("\"" + key + "\": (\\d+)").matcher(set);
        assertTrue(matcher.find(), () -> key + " in " + set);
        return Integer.parseInt(matcher.group(1));
    }
}
