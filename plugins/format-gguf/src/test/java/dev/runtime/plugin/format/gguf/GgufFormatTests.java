package dev.runtime.plugin.format.gguf;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.runtime.api.ErrorCode;
import dev.runtime.api.RuntimeFailure;
import dev.runtime.api.model.Metadata;
import dev.runtime.api.model.ModelFile;
import dev.runtime.api.model.ModelFormat;
import dev.runtime.api.model.TensorInfo;
import dev.runtime.api.model.TensorType;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GgufFormatTests {
    private final GgufFormat format = new GgufFormat();

    @TempDir
    Path folder;

    @ParameterizedTest
    @ValueSource(ints = {2, 3})
    void readsEveryTypeOfValue(int version) throws IOException {
        try (ModelFile file = format.open(write("a.gguf", GgufBuilder.sound().version(version)))) {
            Metadata m = file.metadata();
            assertEquals("gguf", file.format());
            assertEquals("llama", m.requireString("general.architecture"));
            assertEquals(200L, m.asMap().get("a.u8"));
            assertEquals(-3L, m.asMap().get("a.i8"));
            assertEquals(60_000L, m.asMap().get("a.u16"));
            assertEquals(-300L, m.asMap().get("a.i16"));
            assertEquals(4_000_000_000L, m.asMap().get("a.u32"));
            assertEquals(-70_000L, m.asMap().get("a.i32"));
            assertEquals(1.5, m.asMap().get("a.f32"));
            assertEquals(true, m.asMap().get("a.bool"));
            assertEquals(1L << 40, m.asMap().get("a.u64"));
            assertEquals(-5L, m.asMap().get("a.i64"));
            assertEquals(0.25, m.asMap().get("a.f64"));
            assertArrayEquals(new long[] {7, -8, 9}, (long[]) m.asMap().get("l.i32"));
            assertArrayEquals(new float[] {2.5f, -1}, (float[]) m.asMap().get("l.f32"));
            assertArrayEquals(new double[] {3}, (double[]) m.asMap().get("l.f64"));
            assertArrayEquals(new boolean[] {true, false}, (boolean[]) m.asMap().get("l.bool"));
            assertArrayEquals(new byte[][] {{'o', 'n', 'e'}, {}, {(byte) 0xFF, 'x'}}, (byte[][]) m.asMap().get("l.text"));
            assertArrayEquals(new long[0], (long[]) m.asMap().get("l.none"));
        }
    }

    @Test
    void mapsTensorsReadOnlyWithTheirExactBytes() throws IOException {
        Path path = write("a.gguf", GgufBuilder.sound());
        try (ModelFile file = format.open(path)) {
            assertEquals(path, file.path());
            assertEquals(List.of("token_embd.weight", "blk.0.attn_q.weight", "output_norm.weight"),
                    file.tensors().stream().map(TensorInfo::name).toList());
            TensorInfo q = file.tensor("blk.0.attn_q.weight").orElseThrow();
            assertEquals(new TensorInfo("blk.0.attn_q.weight", TensorType.Q8_0, new long[] {64, 2}), q);
            MemorySegment data = file.data(q);
            assertEquals(2 * 2 * 34, data.byteSize());
            assertTrue(data.isReadOnly());
            for (int i = 0; i < data.byteSize(); i++) {
                assertEquals((byte) i, data.get(ValueLayout.JAVA_BYTE, i));
            }
            assertTrue(file.tensor("other").isEmpty());
            assertThrows(IllegalArgumentException.class, () -> file.data(new TensorInfo("other", TensorType.F32, new long[] {1})));
            assertThrows(IllegalArgumentException.class,
                    () -> file.data(new TensorInfo("blk.0.attn_q.weight", TensorType.Q8_0, new long[] {64, 200})));
        }
    }

    @Test
    void aFileThatIsOpenedAgainHasTheSameHeaderOverAMappingOfItsOwn() throws IOException {
        Path path = write("a.gguf", GgufBuilder.sound());
        ModelFile first = format.open(path);
        Metadata metadata = first.metadata();
        TensorInfo norm = first.tensors().getLast();
        byte[] bytes = first.data(norm).toArray(ValueLayout.JAVA_BYTE);
        ModelFile second = format.open(path);
        first.close();
        try (second; ModelFile third = format.open(path)) {
            for (ModelFile file : List.of(second, third)) {
                assertSame(metadata, file.metadata());
                assertArrayEquals(bytes, file.data(norm).toArray(ValueLayout.JAVA_BYTE));
                assertTrue(file.data(norm).isReadOnly());
            }
        }
    }

    @Test
    void aFileThatChangedIsReadAnew() throws IOException {
        Path path = write("a.gguf", GgufBuilder.sound());
        format.open(path).close();
        write("a.gguf", new GgufBuilder().alignment(4).u32("general.alignment", 4).tensor("a", TensorType.I8, 5));
        try (ModelFile file = format.open(path)) {
            assertEquals(List.of("a"), file.tensors().stream().map(TensorInfo::name).toList());
        }
        Files.write(path, new byte[10]);
        assertThrows(RuntimeFailure.class, () -> format.open(path));
    }

    @Test
    void closingUnmaps() throws IOException {
        ModelFile file = format.open(write("a.gguf", GgufBuilder.sound()));
        MemorySegment data = file.data(file.tensors().getFirst());
        file.close();
        file.close();
        assertThrows(IllegalStateException.class, () -> data.get(ValueLayout.JAVA_BYTE, 0));
    }

    @Test
    void honoursTheAlignmentKey() throws IOException {
        GgufBuilder builder = new GgufBuilder().alignment(4).u32("general.alignment", 4)
                .tensor("a", TensorType.I8, 5).tensor("b", TensorType.I8, 3);
        try (ModelFile file = format.open(write("a.gguf", builder))) {
            assertEquals(1, file.data(file.tensor("b").orElseThrow()).get(ValueLayout.JAVA_BYTE, 1));
        }
    }

    @Test
    void acceptsByMagicOrName() throws IOException {
        assertTrue(format.accepts(write("blob", GgufBuilder.sound())));
        assertTrue(format.accepts(Files.write(folder.resolve("broken.GGUF"), new byte[1])));
        assertFalse(format.accepts(Files.write(folder.resolve("zip"), new byte[] {'P', 'K', 3, 4})));
        assertFalse(format.accepts(Files.write(folder.resolve("empty"), new byte[0])));
        assertFalse(format.accepts(folder));
        assertFalse(format.accepts(folder.resolve("absent")));
    }

    @Test
    void refusesFoldersAndAbsentFiles() {
        for (Path path : List.of(folder, folder.resolve("absent.gguf"))) {
            RuntimeFailure failure = assertThrows(RuntimeFailure.class, () -> format.open(path));
            assertEquals(ErrorCode.MODEL_FILE_INVALID, failure.code());
        }
    }

    @Test
    void theModuleProvidesIt() {
        assertTrue(GgufFormat.class.getModule().getDescriptor().provides().stream()
                .anyMatch(p -> p.service().equals(ModelFormat.class.getName()) && p.providers().contains(GgufFormat.class.getName())));
    }

    private Path write(String name, GgufBuilder builder) throws IOException {
        return Files.write(folder.resolve(name), builder.bytes());
    }
}
