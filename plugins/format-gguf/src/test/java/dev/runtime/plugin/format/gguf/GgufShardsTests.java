package dev.runtime.plugin.format.gguf;

import static dev.runtime.plugin.format.gguf.GgufBuilder.little;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.runtime.api.ErrorCode;
import dev.runtime.api.RuntimeFailure;
import dev.runtime.api.model.ModelFile;
import dev.runtime.api.model.TensorInfo;
import dev.runtime.api.model.TensorType;
import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GgufShardsTests {
    private static final String FIRST = "m-00001-of-00003.gguf";
    private static final String SECOND = "m-00002-of-00003.gguf";
    private static final String THIRD = "m-00003-of-00003.gguf";

    @TempDir
    Path folder;

    @BeforeEach
    void writeThreeShards() throws IOException {
        write(FIRST, shard(0, 3, 4).text("general.architecture", "llama").tensor("a", TensorType.I8, 3));
        write(SECOND, shard(1, 3, 4).tensor("b", TensorType.I8, 40).tensor("c", TensorType.I8, 5));
        write(THIRD, shard(2, 3, 4).tensor("d", TensorType.I8, 7));
    }

    @Test
    void mergesAllShardsWhicheverIsGiven() throws IOException {
        for (String name : List.of(FIRST, SECOND, THIRD)) {
            try (ModelFile file = open(name)) {
                assertEquals("llama", file.metadata().requireString("general.architecture"));
                assertEquals(List.of("a", "b", "c", "d"), file.tensors().stream().map(TensorInfo::name).toList());
                TensorInfo b = file.tensor("b").orElseThrow();
                assertEquals(39, file.data(b).get(ValueLayout.JAVA_BYTE, 39));
                assertEquals(7, file.data(file.tensor("d").orElseThrow()).byteSize());
            }
        }
    }

    @Test
    void refusesAMissingShard() throws IOException {
        Files.delete(folder.resolve(SECOND));
        refused(FIRST, SECOND + " is missing");
    }

    @Test
    void refusesADamagedShard() throws IOException {
        Files.write(folder.resolve(THIRD), new byte[] {'G', 'G', 'U', 'F', 3});
        refused(FIRST, THIRD + " is no sound GGUF file");
    }

    @Test
    void refusesWrongNumbers() throws IOException {
        write(SECOND, shard(2, 3, 4).tensor("b", TensorType.I8, 40).tensor("c", TensorType.I8, 5));
        refused(FIRST, "split.no = 2 where 1");
        write(SECOND, shard(1, 2, 4).tensor("b", TensorType.I8, 40).tensor("c", TensorType.I8, 5));
        refused(FIRST, "split.count = 2 where 3");
        write(SECOND, shard(1, 3, 4).tensor("b", TensorType.I8, 40));
        refused(FIRST, "split.tensors.count = 4 where 3");
    }

    @Test
    void refusesATensorOfTwoShards() throws IOException {
        write(THIRD, shard(2, 3, 4).tensor("b", TensorType.I8, 40));
        refused(FIRST, "has the tensor b");
    }

    @Test
    void refusesAShardUnderAnotherName() throws IOException {
        Files.move(folder.resolve(FIRST), folder.resolve("blob"));
        refused("blob", "its name must end in -00001-of-00003.gguf");
    }

    @Test
    void refusesAbsurdCounts() throws IOException {
        write(FIRST, shard(0, 60_000, 4));
        refused(FIRST, "split.count is 60000, outside 2..1024");
    }

    @Test
    void opensAFileThatOnlyLooksLikeAShard() throws IOException {
        write(FIRST, new GgufBuilder().tensor("a", TensorType.I8, 3));
        try (ModelFile file = open(FIRST)) {
            assertEquals(1, file.tensors().size());
        }
    }

    private static GgufBuilder shard(int number, int count, int tensors) {
        return new GgufBuilder().pair("split.no", 2, little(2, number)).pair("split.count", 2, little(2, count))
                .pair("split.tensors.count", 5, little(4, tensors));
    }

    private void refused(String name, String message) {
        RuntimeFailure failure = assertThrows(RuntimeFailure.class, () -> open(name).close());
        assertEquals(ErrorCode.MODEL_FILE_INVALID, failure.code());
        assertTrue(failure.getMessage().contains(message), failure.getMessage());
    }

    private ModelFile open(String name) throws IOException {
        return new GgufFormat().open(folder.resolve(name));
    }

    private void write(String name, GgufBuilder builder) throws IOException {
        Files.write(folder.resolve(name), builder.bytes());
    }
}
