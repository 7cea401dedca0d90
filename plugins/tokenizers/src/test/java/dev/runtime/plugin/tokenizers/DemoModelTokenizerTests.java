package dev.runtime.plugin.tokenizers;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.runtime.api.text.Detokenizer;
import dev.runtime.api.text.Tokenizer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The model that the runtime ships with: prompts of 150 conversations and their ids. */
class DemoModelTokenizerTests {
    private static final Path DISTRIBUTION = Path.of(System.getProperty("repo.root", "../..")).resolve("distribution/src");

    @TempDir
    Path work;

    @Test
    void tokenizesThePromptsOfAllConversations() throws IOException {
        Path model = DISTRIBUTION.resolve("main/models/demo.gguf");
        Path chats = DISTRIBUTION.resolve("test/resources/chats.json");
        assumeTrue(Files.exists(model) && Files.exists(chats), "the distribution's demo model is not beside this module");
        Tokenizer tokenizer = new VocabularyTokenizers().create(VocabularyFiles.metadata(model, work));
        int rows = 0;
        for (JsonNode row : JsonMapper.shared().readTree(chats).get("rows")) {
            int[] ids = new int[row.get("prompt_ids").size()];
            for (int i = 0; i < ids.length; i++) {
                ids[i] = row.get("prompt_ids").get(i).asInt();
            }
            String prompt = row.get("prompt").asString();
            assertArrayEquals(ids, tokenizer.encode(prompt, true, true), prompt);
            Detokenizer detokenizer = tokenizer.detokenizer(true);
            StringBuilder text = new StringBuilder();
            for (int id : ids) {
                text.append(detokenizer.append(id));
            }
            assertEquals(prompt, text.append(detokenizer.finish()).toString());
            rows++;
        }
        assertEquals(150, rows);
    }
}
