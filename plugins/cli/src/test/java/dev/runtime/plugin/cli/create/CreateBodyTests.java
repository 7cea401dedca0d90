package dev.runtime.plugin.cli.create;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.runtime.api.RuntimeFailure;
import dev.runtime.plugin.dialect.modelfile.Modelfile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which files a Modelfile means, and what is asked of the server. */
class CreateBodyTests {
    @TempDir
    Path folder;

    private CreateBody body(String text) {
        return CreateBody.of(Modelfile.parse(text), folder);
    }

    private void file(String name) throws IOException {
        Path file = folder.resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, name);
    }

    @Test
    void aNameIsAModelAndAnExistingPathIsAFile() throws IOException {
        file("w.gguf");
        assertEquals(Map.of("from", "demo"), body("FROM demo").fields());
        assertEquals(Map.of("w.gguf", folder.resolve("w.gguf")), body("FROM ./w.gguf").files());
        assertEquals(Map.of("w.gguf", folder.resolve("w.gguf")), body("FROM w.gguf").files());
        assertEquals(Map.of("w.gguf", folder.resolve("w.gguf")), body("FROM " + folder.resolve("w.gguf")).files());
        assertTrue(assertThrows(RuntimeFailure.class, () -> body("FROM ./none.gguf")).getMessage().contains("./none.gguf"));
        assertTrue(assertThrows(RuntimeFailure.class, () -> body("FROM demo\nADAPTER none")).getMessage().startsWith("(line 2): "));
    }

    @Test
    void aDraftModelIsAnotherFile() throws IOException {
        file("w.gguf");
        assertEquals("(line 2): there is no file or folder none", assertThrows(RuntimeFailure.class, () -> body("FROM demo\nDRAFT none")).getMessage());
        assertTrue(assertThrows(RuntimeFailure.class, () -> body("FROM w.gguf\nDRAFT ./w.gguf")).getMessage().contains("the same file as FROM"));
        assertEquals(Map.of("w.gguf", folder.resolve("w.gguf")), body("FROM demo\nDRAFT ./w.gguf").drafts());
    }

    @Test
    void ofAFolderItsWeightsAndWhatDescribesThem() throws IOException {
        for (String name : List.of("m/model-1.safetensors", "m/model-2.safetensors", "m/consolidated.safetensors", "m/config.json", "m/tokenizer.json",
                "m/chat_template.jinja", "m/README.md", "m/1_Pooling/config.json", "m/.cache/x.json", "m/w.gguf")) {
            file(name);
        }
        assertEquals(Set.of("model-1.safetensors", "model-2.safetensors", "config.json", "tokenizer.json", "chat_template.jinja",
                "1_Pooling/config.json"), body("FROM m").files().keySet());
        file("g/a.gguf");
        file("g/config.json");
        assertEquals(Set.of("a.gguf"), body("FROM ./g").files().keySet());
        file("empty/x.txt");
        assertTrue(assertThrows(RuntimeFailure.class, () -> body("FROM ./empty")).getMessage().contains("no Modelfile or safetensors files found"));
    }

    @Test
    void linksThatLeaveTheFolderAreRefusedButNotThoseOfADownloadCache() throws IOException {
        file("secret.json");
        file("m/model.safetensors");
        Files.createSymbolicLink(folder.resolve("m/config.json"), folder.resolve("secret.json"));
        assertTrue(assertThrows(RuntimeFailure.class, () -> body("FROM ./m")).getMessage().startsWith("insecure path: "));
        file("hub/blobs/abc");
        Files.createDirectories(folder.resolve("hub/snapshots/1"));
        Files.createSymbolicLink(folder.resolve("hub/snapshots/1/model.safetensors"), folder.resolve("hub/blobs/abc"));
        assertEquals(Set.of("model.safetensors"), body("FROM ./hub/snapshots/1").files().keySet());
    }

    @Test
    void theRestIsTheRequest() throws IOException {
        file("w.gguf");
        file("small.gguf");
        CreateBody body = body("""
                FROM ./w.gguf
                DRAFT ./small.gguf
                SYSTEM be brief
                TEMPLATE {{ .Prompt }}
                PARAMETER temperature 1
                PARAMETER stop a
                PARAMETER stop b
                LICENSE free
                MESSAGE user hi
                REQUIRES 0.1.0
                """);
        Map<String, Object> request = body.request("mine", Optional.of("q4_K_M"), Optional.of("q8_0"), path -> "sha256:" + path.getFileName());
        assertEquals(Map.of("w.gguf", "sha256:w.gguf"), request.get("files"));
        assertEquals(Map.of("small.gguf", "sha256:small.gguf"), request.get("draft_files"));
        assertEquals("q8_0", request.get("draft_quantize"));
        assertEquals("mine", request.get("model"));
        assertEquals("q4_K_M", request.get("quantize"));
        assertEquals("be brief", request.get("system"));
        assertEquals("{{ .Prompt }}", request.get("template"));
        assertEquals(Map.of("temperature", 1.0, "stop", List.of("a", "b")), request.get("parameters"));
        assertEquals(List.of("free"), request.get("license"));
        assertEquals(List.of(Map.of("role", "user", "content", "hi")), request.get("messages"));
        assertEquals("0.1.0", request.get("requires"));
    }
}
