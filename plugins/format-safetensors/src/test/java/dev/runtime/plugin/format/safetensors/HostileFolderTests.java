package dev.runtime.plugin.format.safetensors;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.runtime.api.ErrorCode;
import dev.runtime.api.RuntimeFailure;
import dev.runtime.api.model.ModelFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Folders from strangers: every number is compared with the file before it is used, and the failure says what is wrong. */
class HostileFolderTests {
    @TempDir
    Path folder;

    @BeforeEach
    void soundFolder() throws IOException {
        Files.writeString(folder.resolve("config.json"), """
                {"model_type":"qwen2","hidden_size":4,"num_hidden_layers":1,"num_attention_heads":2,"intermediate_size":4}""");
        Files.writeString(folder.resolve("tokenizer.json"), """
                {"model":{"type":"BPE","vocab":{"a":0,"b":1},"merges":[]},"pre_tokenizer":{"type":"ByteLevel"}}""");
        sound().write(folder.resolve("model.safetensors"));
    }

    private static FolderBuilder sound() {
        return new FolderBuilder().tensor("model.embed_tokens.weight", "F32", new byte[32], 2, 4);
    }

    @Test
    void theSoundFolderOpens() throws IOException {
        SafetensorsFormat format = new SafetensorsFormat();
        assertTrue(format.accepts(folder));
        try (ModelFile file = format.open(folder)) {
            assertEquals(1, file.tensors().size());
            assertEquals(2, file.metadata().strings("tokenizer.ggml.tokens").orElseThrow().length);
        }
    }

    @Test
    void lengthsOfHeaders() throws IOException {
        refused(new byte[0], "too few");
        refused(new byte[7], "too few");
        refused(new FolderBuilder().bytes(0, new byte[0]), "header");
        refused(new FolderBuilder().bytes(-1, "{}".getBytes(StandardCharsets.UTF_8)), "18446744073709551615");
        refused(new FolderBuilder().bytes(Long.MAX_VALUE, "{}".getBytes(StandardCharsets.UTF_8)), "9223372036854775807");
        refused(new FolderBuilder().bytes(3, "{}".getBytes(StandardCharsets.UTF_8)), "said to have 3 bytes");
    }

    @Test
    void headersThatAreNoDirectory() throws IOException {
        refused(new FolderBuilder().bytes("[]"), "no JSON object");
        refused(new FolderBuilder().bytes("{\"a\":"), "no valid JSON");
        refused(new FolderBuilder().bytes("{} {}"), "more after");
        refused(new FolderBuilder().bytes("{\"a\":1}"), "data_offsets");
        refused(new FolderBuilder().bytes("{\"a\":{},\"a\":{}}"), "no valid JSON");
        refused(new FolderBuilder().bytes("{\"a\":" + "[".repeat(100_000) + "]".repeat(100_000) + "}"), "no valid JSON");
    }

    @Test
    void rangesOutsideTheData() throws IOException {
        refused(entry("F32", "[1]", "0,4"), "the file has 0 bytes of data");
        refused(new FolderBuilder().data(8).entry(json("F32", "[1]", "-4,0")).bytes(), "lies at -4");
        refused(new FolderBuilder().data(8).entry(json("F32", "[1]", "8,4")).bytes(), "lies at 8 to 4");
        refused(new FolderBuilder().data(8).entry(json("F32", "[1]", "0,9223372036854775807")).bytes(), "9223372036854775807");
        refused(new FolderBuilder().data(8).entry(json("F32", "[1]", "0,92233720368547758070")).bytes(), "two integers");
        refused(new FolderBuilder().data(8).entry(json("F32", "[1]", "0.0,4.0")).bytes(), "two integers");
    }

    @Test
    void shapesThatDoNotFitTheRange() throws IOException {
        refused(new FolderBuilder().data(8).entry(json("F32", "[3]", "0,8")).bytes(), "takes 12 bytes");
        refused(new FolderBuilder().data(8).entry(json("F32", "[-2]", "0,8")).bytes(), "shape");
        refused(new FolderBuilder().data(8).entry(json("F32", "[4294967296,4294967296]", "0,8")).bytes(), "shape");
        refused(new FolderBuilder().data(8).entry(json("F32", "[1,1,1,1,1,1,1,1,2]", "0,8")).bytes(), "dimensions");
        refused(new FolderBuilder().data(8).entry(json("F31", "[2]", "0,8")).bytes(), "F31");
    }

    @Test
    void tensorsThatShareBytes() throws IOException {
        refused(new FolderBuilder().data(12).entry(json("F32", "[2]", "0,8")).entry(json("F32", "[2]", "4,12").replace("\"x\"", "\"y\"")).bytes(),
                "overlaps");
    }

    @Test
    void damagedAtEveryByte() throws IOException {
        byte[] bytes = sound().bytes();
        Random random = new Random(5);
        SafetensorsFormat format = new SafetensorsFormat();
        for (int i = 0; i < bytes.length; i++) {
            byte[] other = bytes.clone();
            other[i] = (byte) random.nextInt();
            Files.write(folder.resolve("model.safetensors"), i % 3 == 0 ? Arrays.copyOf(other, i) : other);
            try (ModelFile file = format.open(folder)) {
                file.tensors().forEach(tensor -> assertEquals(tensor.bytes(), file.data(tensor).byteSize()));
            } catch (RuntimeFailure e) {
                assertTrue(e.code() == ErrorCode.MODEL_FILE_INVALID || e.code() == ErrorCode.MODEL_UNSUPPORTED, e::getMessage);
            }
        }
    }

    @Test
    void indexesThatLeaveTheFolder() throws IOException {
        for (String name : new String[] {"../secret.safetensors", "/etc/passwd", "a/b.safetensors", "..\\\\x.safetensors", ".safetensors"}) {
            Files.writeString(folder.resolve("model.safetensors.index.json"), "{\"weight_map\":{\"a\":\"" + name + "\"}}");
            assertEquals(ErrorCode.MODEL_FILE_INVALID, assertThrows(RuntimeFailure.class, () -> new SafetensorsFormat().open(folder)).code(), name);
        }
        Files.writeString(folder.resolve("model.safetensors.index.json"), "{\"weight_map\":{\"a\":\"model-2.safetensors\"}}");
        assertTrue(assertThrows(RuntimeFailure.class, () -> new SafetensorsFormat().open(folder)).getMessage().contains("is missing"));
    }

    @Test
    void configurationsThatMakeNoSense() throws IOException {
        for (String config : new String[] {"{}", "[]", "{\"model_type\":\"unheard_of\"}", "{\"model_type\":\"qwen2\",\"hidden_size\":-1}",
            "{\"model_type\":\"qwen2\",\"hidden_size\":1e300,\"num_hidden_layers\":1,\"num_attention_heads\":2,\"intermediate_size\":4}",
            "{\"model_type\":\"qwen2\",\"hidden_size\":\"x\",\"num_hidden_layers\":1,\"num_attention_heads\":2,\"intermediate_size\":4}"}) {
            Files.writeString(folder.resolve("config.json"), config);
            assertThrows(RuntimeFailure.class, () -> new SafetensorsFormat().open(folder), config);
        }
    }

    @Test
    void vocabulariesThatAreNone() throws IOException {
        for (String tokenizer : new String[] {"{}", "{\"model\":{\"vocab\":{\"a\":-1}}}", "{\"model\":{\"vocab\":{\"a\":2147483647}}}",
            "{\"model\":{\"vocab\":{\"a\":0},\"merges\":[\"a\"]}}", "{\"model\":{\"vocab\":{\"a\":0},\"merges\":[[1,2]]}}",
            "{\"model\":{\"type\":\"Unigram\"}}"}) {
            Files.writeString(folder.resolve("tokenizer.json"), tokenizer);
            assertThrows(RuntimeFailure.class, () -> new SafetensorsFormat().open(folder), tokenizer);
        }
        Files.delete(folder.resolve("tokenizer.json"));
        assertTrue(assertThrows(RuntimeFailure.class, () -> new SafetensorsFormat().open(folder)).getMessage().contains("no vocabulary"));
    }

    @Test
    void damagedPiecesAreRefused() throws IOException {
        Random random = new Random(6);
        for (int i = 0; i < 300; i++) {
            byte[] bytes = new byte[random.nextInt(64)];
            random.nextBytes(bytes);
            Files.write(folder.resolve("tokenizer.model"), bytes);
            try (ModelFile file = new SafetensorsFormat().open(folder)) {
                assertFalse(file.metadata().asMap().isEmpty());
            } catch (RuntimeFailure e) {
                assertEquals(ErrorCode.MODEL_FILE_INVALID, e.code(), e::getMessage);
            }
        }
    }

    private static byte[] entry(String type, String shape, String offsets) {
        return new FolderBuilder().entry(json(type, shape, offsets)).bytes();
    }

    private static String json(String type, String shape, String offsets) {
        return "\"x\":{\"dtype\":\"" + type + "\",\"shape\":" + shape + ",\"data_offsets\":[" + offsets + "]}";
    }

    private void refused(byte[] file, String says) throws IOException {
        Files.write(folder.resolve("model.safetensors"), file);
        RuntimeFailure failure = assertThrows(RuntimeFailure.class, () -> new SafetensorsFormat().open(folder));
        assertTrue(failure.getMessage().contains(says), failure::getMessage);
    }
}
