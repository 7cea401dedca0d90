package dev.runtime.plugin.format.gguf;

import static dev.runtime.plugin.format.gguf.GgufBuilder.join;
import static dev.runtime.plugin.format.gguf.GgufBuilder.little;
import static dev.runtime.plugin.format.gguf.GgufBuilder.string;
import static java.nio.file.StandardOpenOption.CREATE_NEW;
import static java.nio.file.StandardOpenOption.SPARSE;
import static java.nio.file.StandardOpenOption.WRITE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import dev.runtime.api.ErrorCode;
import dev.runtime.api.RuntimeFailure;
import dev.runtime.api.model.ModelFile;
import dev.runtime.api.model.TensorInfo;
import dev.runtime.api.model.TensorType;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Files that are damaged or made to harm: the answer is a failure that says what is wrong, or a file whose tensors all lie inside. */
class GgufDamageTests {
    private static final long BIG = 1L << 62;

    private final GgufFormat format = new GgufFormat();

    @TempDir
    Path folder;

    static Stream<Arguments> invalid() {
        return Stream.of(
                Arguments.of("not GGUF", new GgufBuilder().magic(0x04034b50), "GGUF (0x46554747) is expected"),
                Arguments.of("negative tensor count", new GgufBuilder().tensorCount(-1), "number of tensors is 18446744073709551615"),
                Arguments.of("tensor count beyond the file", new GgufBuilder().tensorCount(5), "number of tensors is 5"),
                Arguments.of("tensor count of 2^31", new GgufBuilder().tensorCount(1L << 31), "number of tensors is 2147483648"),
                Arguments.of("tensor count that wraps when multiplied", new GgufBuilder().tensorCount(BIG), "number of tensors is " + BIG),
                Arguments.of("key count beyond the file", new GgufBuilder().pairCount(3), "number of metadata keys is 3"),
                Arguments.of("key count of 2^32", new GgufBuilder().pairCount(1L << 32), "number of metadata keys is 4294967296"),
                Arguments.of("same key twice", new GgufBuilder().u32("a", 1).text("a", "x"), "key a is there twice"),
                Arguments.of("key without name", new GgufBuilder().u32("", 1), "has no name"),
                Arguments.of("key length beyond the file", pairs(little(8, 1000), new byte[40]), "but the 40 bytes left hold at most 40"),
                Arguments.of("key of 70,000 bytes", new GgufBuilder().u32("k".repeat(70_000), 1), "allowed are at most 65535"),
                Arguments.of("negative key length", pairs(little(8, -1), new byte[40]), "is 18446744073709551615"),
                Arguments.of("value type 13", new GgufBuilder().pair("a", 13, new byte[8]), "value type 13"),
                Arguments.of("negative value type", new GgufBuilder().pair("a", -1, new byte[8]), "value type 4294967295"),
                Arguments.of("boolean 2", new GgufBuilder().pair("a", 7, new byte[] {2}), "the boolean 2"),
                Arguments.of("string beyond the file", new GgufBuilder().pair("a", 8, little(8, 4000)), "a is 4000"),
                Arguments.of("string of 2^63", new GgufBuilder().pair("a", 8, little(8, Long.MIN_VALUE)), "a is 9223372036854775808"),
                Arguments.of("array of arrays", new GgufBuilder().array("a", 9, 1, new byte[32]), "array of arrays"),
                Arguments.of("array of unknown type", new GgufBuilder().array("a", 77, 1, new byte[32]), "value type 77"),
                Arguments.of("array beyond the file", new GgufBuilder().array("a", 10, 7, new byte[32]), "the length of a is 7"),
                Arguments.of("array of 2^61 long", new GgufBuilder().array("a", 10, 1L << 61, new byte[32]), "the length of a is"),
                Arguments.of("array of 2^32 strings", new GgufBuilder().array("a", 8, 1L << 32, new byte[32]), "the length of a is 4294967296"),
                Arguments.of("array of negative length", new GgufBuilder().array("a", 0, -7, new byte[32]), "the length of a is 184467"),
                Arguments.of("string in an array beyond the file", new GgufBuilder().array("tokens", 8, 2, join(string("x"), little(8, 99))),
                        "tokens is 99"),
                Arguments.of("alignment 0", new GgufBuilder().u32("general.alignment", 0), "general.alignment is 0"),
                Arguments.of("alignment 24", new GgufBuilder().u32("general.alignment", 24), "general.alignment is 24"),
                Arguments.of("alignment 2^31", new GgufBuilder().u32("general.alignment", 1L << 31), "general.alignment is 2147483648"),
                Arguments.of("alignment -32", new GgufBuilder().pair("general.alignment", 5, little(4, -32)), "general.alignment is -32"),
                Arguments.of("alignment text", new GgufBuilder().text("general.alignment", "32"), "general.alignment holds String"),
                Arguments.of("same tensor twice", new GgufBuilder().tensor("t", TensorType.F32, 1).tensor("t", TensorType.F32, 1), "twice"),
                Arguments.of("tensor without name", new GgufBuilder().tensor("", TensorType.F32, 1), "has no name"),
                Arguments.of("tensor name of 64 bytes", new GgufBuilder().tensor("n".repeat(64), TensorType.F32, 1), "allowed are at most 63"),
                Arguments.of("no dimensions", new GgufBuilder().entry("tensor0123", 0, 0, 0), "0 dimensions"),
                Arguments.of("five dimensions", new GgufBuilder().tensor("t", TensorType.I8, 1, 1, 1, 1, 1), "5 dimensions"),
                Arguments.of("2^32-1 dimensions", new GgufBuilder().entry("t", -1, 0, 0, 1), "4294967295 dimensions"),
                Arguments.of("dimension 0", new GgufBuilder().entry("t", 2, 0, 0, 4, 0), "[4, 0]"),
                Arguments.of("negative dimension", new GgufBuilder().entry("t", 2, 0, 0, -4, -4), "[-4, -4]"),
                Arguments.of("elements wrap to 0", new GgufBuilder().entry("t", 4, 0, 0, 1L << 16, 1L << 16, 1L << 16, 1L << 16), "below 2^60"),
                Arguments.of("elements wrap to 1", new GgufBuilder().entry("t", 2, 24, 0, 0x1_0000_0001L, 0xFFFF_FFFF_0000_0001L), "below 2^60"),
                Arguments.of("bytes wrap", new GgufBuilder().entry("t", 2, 28, 0, 1L << 31, 1L << 30), "below 2^60"),
                Arguments.of("rows of half a block", new GgufBuilder().entry("t", 1, 8, 0, 48), "blocks of 32"),
                Arguments.of("offset unaligned", new GgufBuilder().entry("t", 1, 0, 4, 1), "no multiple of 32"),
                Arguments.of("offset negative", new GgufBuilder().entry("t", 1, 0, -32, 1), "18446744073709551584"),
                Arguments.of("offset beyond the file", new GgufBuilder().entry("t", 1, 0, 320, 1), "the file ends at byte"),
                Arguments.of("offset near 2^63", new GgufBuilder().entry("t", 1, 0, Long.MAX_VALUE - 31, 64), "the file ends at byte"),
                Arguments.of("tensor longer than the file", new GgufBuilder().entry("t", 1, 0, 0, 1000), "takes 4000 bytes"),
                Arguments.of("tensor near 2^62 bytes", new GgufBuilder().entry("t", 2, 0, 0, 1L << 30, 1L << 29), "takes 2305843009213693952 bytes"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource
    void invalid(String name, GgufBuilder builder, String message) throws IOException {
        RuntimeFailure failure = refused(builder.bytes());
        assertEquals(ErrorCode.MODEL_FILE_INVALID, failure.code());
        assertTrue(failure.getMessage().contains(message), failure.getMessage());
        assertFalse(failure.getMessage().contains(folder.toString()), "the folder is not the client's business");
    }

    static Stream<Arguments> unsupported() {
        return Stream.of(
                Arguments.of("version 1", new GgufBuilder().version(1), "the version is 1"),
                Arguments.of("version 4", new GgufBuilder().version(4), "the version is 4"),
                Arguments.of("big-endian", new GgufBuilder().version(3 << 24), "big-endian"),
                Arguments.of("raw MXFP4", new GgufBuilder().entry("t", 1, 4, 0, 32), "type 39"),
                Arguments.of("removed type", new GgufBuilder().entry("t", 1, 31, 0, 32), "tensor type 31"),
                Arguments.of("negative type", new GgufBuilder().entry("t", 1, -2, 0, 32), "tensor type 4294967294"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource
    void unsupported(String name, GgufBuilder builder, String message) throws IOException {
        RuntimeFailure failure = refused(builder.bytes());
        assertEquals(ErrorCode.MODEL_UNSUPPORTED, failure.code());
        assertTrue(failure.getMessage().contains(message), failure.getMessage());
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 3, 4, 7, 8, 23})
    void refusesShortFiles(int length) throws IOException {
        assertEquals(ErrorCode.MODEL_FILE_INVALID, refused(Arrays.copyOf(GgufBuilder.sound().bytes(), length)).code());
    }

    @Test
    void refusesTruncationAtEveryByte() throws IOException {
        byte[] sound = GgufBuilder.sound().bytes();
        for (int length = 0; length < sound.length; length++) {
            RuntimeFailure failure = refused(Arrays.copyOf(sound, length));
            assertEquals(ErrorCode.MODEL_FILE_INVALID, failure.code(), "cut to " + length);
        }
    }

    @Test
    void survivesEveryFieldSetToAnExtreme() throws IOException {
        byte[] sound = GgufBuilder.sound().bytes();
        byte[][] extremes = {little(8, -1), little(8, 0), little(8, Long.MIN_VALUE), little(8, Long.MAX_VALUE), little(8, 1L << 31),
            little(8, 1L << 32), little(8, Integer.MAX_VALUE), little(8, BIG), little(4, -1), little(4, 0), little(4, Integer.MIN_VALUE)};
        for (int at = 0; at < sound.length - 8; at++) {
            for (byte[] extreme : extremes) {
                byte[] changed = sound.clone();
                System.arraycopy(extreme, 0, changed, at, extreme.length);
                opensOrFails(changed, "extreme at " + at);
            }
        }
    }

    @Test
    void survivesRandomDamage() throws IOException {
        byte[] sound = GgufBuilder.sound().bytes();
        Random random = new Random(20_260_101);
        int failures = 0;
        for (int round = 0; round < 6000; round++) {
            byte[] changed = sound.clone();
            for (int flips = 1 + random.nextInt(4); flips > 0; flips--) {
                changed[random.nextInt(changed.length)] = (byte) random.nextInt();
            }
            failures += opensOrFails(changed, "round " + round) ? 0 : 1;
        }
        assertTrue(failures > 600 && failures < 5400, failures + " of 6000 were refused");
    }

    /** The test JVM's heap is smaller than what these counts would take. */
    @Test
    void allocatesNothingForBytesThatAreNotThere() throws IOException {
        refused(new GgufBuilder().array("a", 10, GgufLimits.ARRAY_ELEMENTS - 1, new byte[64]).bytes());
        refused(new GgufBuilder().array("a", 8, GgufLimits.ARRAY_ELEMENTS - 1, new byte[64]).bytes());
        refused(new GgufBuilder().pair("a", 8, little(8, GgufLimits.STRING_BYTES)).bytes());
        refused(new GgufBuilder().tensorCount(GgufLimits.TENSORS).bytes());
    }

    @Test
    void boundsTheElementsOfAllArraysTogether() throws IOException {
        int half = GgufLimits.ARRAY_ELEMENTS / 2 + 1;
        Path path = folder.resolve("model.gguf");
        byte[] first = new GgufBuilder().pairCount(1).array("a", 7, half, new byte[0]).bytes();
        byte[] second = join(string("b"), little(4, 9), little(4, 7), little(8, half));
        try (FileChannel channel = FileChannel.open(path, CREATE_NEW, WRITE, SPARSE)) {
            int end = 24 + 8 + 1 + 4 + 4 + 8;
            channel.write(ByteBuffer.wrap(first, 0, end));
            channel.write(ByteBuffer.wrap(second), end + half);
            channel.write(ByteBuffer.wrap(new byte[1]), end + 2L * half + second.length);
        }
        RuntimeFailure failure = assertThrows(RuntimeFailure.class, () -> format.open(path).close());
        assertTrue(failure.getMessage().contains("the length of b is " + half), failure.getMessage());
    }

    @Test
    void readsTokensOfSixteenMebibytes() throws IOException {
        byte[] token = new byte[16 << 20];
        try (ModelFile file = open(new GgufBuilder().array("tokens", 8, 1, string(token)).bytes())) {
            assertEquals(token.length, file.metadata().byteStrings("tokens").orElseThrow()[0].length);
        }
    }

    @Test
    void looksForMetadataOnlyInTheFirstPartOfAFile() throws IOException {
        Path path = folder.resolve("long");
        try (FileChannel channel = FileChannel.open(path, CREATE_NEW, WRITE, SPARSE)) {
            channel.write(ByteBuffer.wrap(new byte[1]), 5L << 30);
        }
        try (Arena arena = Arena.ofConfined(); FileChannel channel = FileChannel.open(path)) {
            GgufCursor cursor = new GgufCursor("long", channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size(), arena));
            assertEquals(GgufLimits.HEADER_BYTES, cursor.remaining());
        }
    }

    private static GgufBuilder pairs(byte[]... raw) {
        byte[] bytes = join(raw);
        return new GgufBuilder() {
            @Override
            byte[] bytes() {
                return join(little(4, GgufHeader.MAGIC), little(4, 3), little(8, 0), little(8, 1), bytes);
            }
        };
    }

    private RuntimeFailure refused(byte[] bytes) throws IOException {
        Path path = write(bytes);
        RuntimeFailure failure = assertThrows(RuntimeFailure.class, () -> format.open(path).close());
        assertTrue(failure.getMessage().contains("model.gguf") || failure.getMessage().contains("general.alignment"), failure.getMessage());
        return failure;
    }

    /** Opens; reads the first and last byte of every tensor. */
    private boolean opensOrFails(byte[] bytes, String what) throws IOException {
        Path path = write(bytes);
        try (ModelFile file = format.open(path)) {
            for (TensorInfo tensor : file.tensors()) {
                var data = file.data(tensor);
                data.get(ValueLayout.JAVA_BYTE, 0);
                data.get(ValueLayout.JAVA_BYTE, tensor.bytes() - 1);
            }
            return true;
        } catch (RuntimeFailure expected) {
            return false;
        } catch (RuntimeException | Error e) {
            return fail(what, e);
        }
    }

    private ModelFile open(byte[] bytes) throws IOException {
        return format.open(write(bytes));
    }

    private Path write(byte[] bytes) throws IOException {
        return Files.write(folder.resolve("model.gguf"), bytes);
    }
}
