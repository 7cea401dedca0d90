package dev.runtime.api.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.runtime.api.ErrorCode;
import dev.runtime.api.RuntimeFailure;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is read is what the file holds, whatever part is asked for and whatever happened to the channel. */
final class MappedFilesTests {
    private static final int SIZE = 100_003;

    @TempDir
    Path folder;

    @Test
    void partsOfSeveralFilesAreReadFromTheirOwn() throws IOException {
        byte[] first = file("first", 1);
        byte[] second = file("second", 2);
        try (MappedFiles files = new MappedFiles()) {
            MemorySegment one = files.map(folder.resolve("first"));
            MemorySegment two = files.map(folder.resolve("second"));
            assertArrayEquals(Arrays.copyOfRange(first, 17 + 5, 17 + 5 + 4096), read(files, one.asSlice(17, 5000), 5, 4096));
            assertArrayEquals(Arrays.copyOfRange(second, SIZE - 3, SIZE), read(files, two.asSlice(SIZE - 10), 7, 3));
            assertArrayEquals(second, read(files, two, 0, SIZE));
            assertEquals(0, read(files, two, SIZE, 0).length);
        }
    }

    @Test
    void otherMemoryIsCopied() throws IOException {
        byte[] bytes = file("first", 1);
        try (MappedFiles files = new MappedFiles()) {
            files.map(folder.resolve("first"));
            assertArrayEquals(Arrays.copyOfRange(bytes, 9, 99), read(files, MemorySegment.ofArray(bytes), 9, 90));
        }
    }

    @Test
    void nothingBeyondThePartIsRead() throws IOException {
        file("first", 1);
        try (MappedFiles files = new MappedFiles()) {
            MemorySegment part = files.map(folder.resolve("first")).asSlice(10, 20);
            assertThrows(IndexOutOfBoundsException.class, () -> read(files, part, 11, 10));
            assertThrows(IndexOutOfBoundsException.class, () -> read(files, part, -1, 10));
            assertThrows(IndexOutOfBoundsException.class, () -> read(files, part, Long.MAX_VALUE, 10));
        }
    }

    @Test
    void anInterruptLosesNothing() throws IOException {
        byte[] bytes = file("first", 1);
        try (MappedFiles files = new MappedFiles()) {
            MemorySegment all = files.map(folder.resolve("first"));
            Thread.currentThread().interrupt();
            assertArrayEquals(bytes, read(files, all, 0, SIZE));
            assertTrue(Thread.interrupted());
            assertArrayEquals(bytes, read(files, all, 0, SIZE));
        }
    }

    @Test
    void aFileThatBecameShorterIsTold() throws IOException {
        file("first", 1);
        try (MappedFiles files = new MappedFiles()) {
            MemorySegment all = files.map(folder.resolve("first"));
            try (FileChannel channel = FileChannel.open(folder.resolve("first"), StandardOpenOption.WRITE)) {
                channel.truncate(1000);
            }
            RuntimeFailure failure = assertThrows(RuntimeFailure.class, () -> read(files, all, 0, SIZE));
            assertEquals(ErrorCode.MODEL_FILE_INVALID, failure.code());
            assertTrue(failure.getMessage().contains("first ended at byte 1000"), failure.getMessage());
        }
    }

    @Test
    void closedOnesAreNotRead() throws IOException {
        file("first", 1);
        MappedFiles files = new MappedFiles();
        MemorySegment all = files.map(folder.resolve("first"));
        files.close();
        files.close();
        assertThrows(IllegalStateException.class, () -> read(files, all, 0, 10));
        assertThrows(IllegalStateException.class, () -> files.map(folder.resolve("first")));
        try (MappedFiles others = new MappedFiles()) {
            assertThrows(NoSuchFileException.class, () -> others.map(folder.resolve("none")));
        }
    }

    private byte[] file(String name, long seed) throws IOException {
        byte[] bytes = new byte[SIZE];
        new Random(seed).nextBytes(bytes);
        Files.write(folder.resolve(name), bytes);
        return bytes;
    }

    private static byte[] read(MappedFiles files, MemorySegment part, long offset, int bytes) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment target = arena.allocate(Math.max(1, bytes)).asSlice(0, bytes);
            files.read(part, offset, target);
            return target.toArray(ValueLayout.JAVA_BYTE);
        }
    }
}
