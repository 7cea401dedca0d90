package dev.runtime.api.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.runtime.api.ErrorCode;
import dev.runtime.api.RuntimeFailure;
import dev.runtime.api.model.ModelFile;
import dev.runtime.api.model.ModelFormat;
import dev.runtime.api.model.TensorInfo;
import dev.runtime.api.model.TensorType;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Locale;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What every {@link ModelFormat} of single files must do. Extend it and give a format and a sound file. */
public abstract class ModelFormatContractTests {
    /** An empty folder. */
    @TempDir
    protected Path folder;

    /** Returns the format. */
    protected abstract ModelFormat format();

    /** Returns the bytes of a small, sound file with at least one key and two tensors, the last of which ends where the file ends. */
    protected abstract byte[] sound();

    /** Returns the file name that the format is known by. */
    protected abstract String fileName();

    private Path write(byte[] bytes) throws IOException {
        return Files.write(folder.resolve(fileName()), bytes);
    }

    @Test
    void hasAShortLowerCaseName() {
        String name = format().name();
        assertFalse(name.isBlank());
        assertEquals(name.toLowerCase(Locale.ROOT), name);
    }

    @Test
    void acceptsItsFilesEvenDamagedOnesAndNothingElse() throws IOException {
        Path file = write(sound());
        assertTrue(format().accepts(file));
        write(Arrays.copyOf(sound(), sound().length / 2));
        assertTrue(format().accepts(file), "a damaged file is accepted, so that opening it gives the reason");
        assertFalse(format().accepts(folder.resolve("absent")));
        assertFalse(format().accepts(folder));
        assertFalse(format().accepts(Files.writeString(folder.resolve("notes.txt"), "just text, long enough to hold any header")));
    }

    @Test
    void givesMetadataOfTheCommonTypesAndTensorsWithAllTheirBytes() throws IOException {
        Path path = write(sound());
        try (ModelFile file = format().open(path)) {
            assertEquals(path, file.path());
            assertEquals(format().name(), file.format());
            assertFalse(file.metadata().asMap().isEmpty());
            for (Object value : file.metadata().asMap().values()) {
                assertTrue(value instanceof Long || value instanceof Double || value instanceof Boolean || value instanceof String
                        || value instanceof long[] || value instanceof double[] || value instanceof float[] || value instanceof boolean[]
                        || value instanceof byte[][], value.getClass().getName());
            }
            assertTrue(file.tensors().size() >= 2);
            Set<String> names = new HashSet<>();
            for (TensorInfo tensor : file.tensors()) {
                assertTrue(names.add(tensor.name()), tensor.name());
                assertEquals(tensor, file.tensor(tensor.name()).orElseThrow());
                MemorySegment data = file.data(tensor);
                assertEquals(tensor.bytes(), data.byteSize());
                assertTrue(data.isReadOnly());
                data.get(ValueLayout.JAVA_BYTE, tensor.bytes() - 1);
                assertThrows(IndexOutOfBoundsException.class, () -> data.get(ValueLayout.JAVA_BYTE, tensor.bytes()));
            }
        }
    }

    @Test
    void refusesTensorsOfOtherFiles() throws IOException {
        try (ModelFile file = format().open(write(sound()))) {
            TensorInfo first = file.tensors().getFirst();
            assertThrows(IllegalArgumentException.class, () -> file.data(new TensorInfo("of another file", TensorType.F32, new long[] {1})));
            assertThrows(IllegalArgumentException.class,
                    () -> file.data(new TensorInfo(first.name(), TensorType.I64, new long[] {1 << 20, 1 << 10})));
        }
    }

    @Test
    void closingUnmaps() throws IOException {
        ModelFile file = format().open(write(sound()));
        MemorySegment data = file.data(file.tensors().getFirst());
        file.close();
        assertThrows(IllegalStateException.class, () -> data.get(ValueLayout.JAVA_BYTE, 0));
    }

    @Test
    void refusesCutFiles() throws IOException {
        byte[] sound = sound();
        for (int length = 0; length < sound.length; length += 1 + sound.length / 200) {
            Path path = write(Arrays.copyOf(sound, length));
            RuntimeFailure failure = assertThrows(RuntimeFailure.class, () -> format().open(path).close(), "cut to " + length);
            assertEquals(ErrorCode.MODEL_FILE_INVALID, failure.code());
            assertFalse(failure.getMessage().contains(folder.toString()), "the folder is not the client's business");
        }
    }

    @Test
    void damageGivesAFailureOrASoundFile() throws IOException {
        byte[] sound = sound();
        Random random = new Random(1);
        for (int round = 0; round < 1000; round++) {
            byte[] changed = sound.clone();
            changed[random.nextInt(changed.length)] = (byte) random.nextInt();
            try (ModelFile file = format().open(write(changed))) {
                for (TensorInfo tensor : file.tensors()) {
                    file.data(tensor).get(ValueLayout.JAVA_BYTE, tensor.bytes() - 1);
                }
            } catch (RuntimeFailure refused) {
                assertTrue(refused.code() == ErrorCode.MODEL_FILE_INVALID || refused.code() == ErrorCode.MODEL_UNSUPPORTED, refused.getMessage());
            }
        }
    }
}
