package dev.runtime.plugin.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.runtime.api.RuntimeFailure;
import dev.runtime.api.testkit.FakeModels;
import dev.runtime.api.testkit.FakeRuntime;
import dev.runtime.api.testkit.FakeSettings;
import dev.runtime.api.testkit.ScriptedInference;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;

class TokenizeCommandTests {
    @TempDir
    Path folder;

    private FakeContext context;

    @Test
    void everyTokenIsALineWithItsText() throws IOException {
        assertEquals("""
                   256    '^'       control   \s
                    97    'a'         \s
                    10    '\\n'        \s
                   255    '\\xC3'      \s
                """.replaceAll(" +\n", "\n"), run("", "demo", "a\n\u00FF").replaceAll(" +\n", "\n"));
    }

    @Test
    void idsAndCountsAreForScripts() throws IOException {
        assertEquals("[256, 97, 32, 98]\n", run("", "demo", "--ids", "a", "b"));
        assertEquals("[97, 256]\n", run("", "demo", "--ids", "a^").replace("[256, ", "["));
        assertEquals("[97, 94]\n", run("", "demo", "--ids", "--no-special", "a^"));
        assertEquals("6\n", run("piped", "demo", "--count"));
        assertEquals("1\n", run("", "demo", "--count"));
        Path file = Files.writeString(folder.resolve("t"), "four");
        assertEquals("5\n", run("", "demo", "--count", "--file", file.toString()));
    }

    @Test
    void jsonHasTheVocabularysSpellingToo() throws IOException {
        assertEquals(JsonMapper.shared().readTree("""
                {"tokens": [{"id": 256, "piece": "^", "text": "^", "kind": "control"},
                            {"id": 32, "piece": "_", "text": " ", "kind": "normal"}]}"""),
                JsonMapper.shared().readTree(run(" ", "demo", "--json")));
    }

    @Test
    void decodingGoesBack() throws IOException {
        assertEquals("^a b\n", run("", "demo", "--decode", "[256, 97,32, 98]"));
        assertEquals("a b\n", run("256 97\n32 98", "demo", "--decode", "--no-special"));
        assertEquals("{\"text\":\"b\"}", run("", "demo", "--decode", "--json", "98").replaceAll("\\s+", ""));
        for (String wrong : List.of("257", "x", "-1", "99999999999")) {
            RuntimeFailure failure = assertThrows(RuntimeFailure.class, () -> run(wrong, "demo", "--decode"));
            assertTrue(failure.getMessage().contains("'" + wrong + "' is no token of this model; give numbers from 0 to 256"), failure.getMessage());
        }
    }

    @Test
    void twoTextsAreRefused() {
        assertThrows(RuntimeFailure.class, () -> run("", "demo", "a", "--file", "-"));
    }

    @Test
    void invisibleCharactersAreEscaped() {
        assertEquals("'\\u{200b}\\t\\\\\\''", TokenText.quoted("\u200B\t\\'".getBytes(java.nio.charset.StandardCharsets.UTF_8)));
        assertEquals("'\u4E16'", TokenText.quoted("\u4E16".getBytes(java.nio.charset.StandardCharsets.UTF_8)));
    }

    private String run(String input, String... arguments) throws IOException {
        context = new FakeContext(new FakeRuntime(new FakeModels(), new ScriptedInference().tokenizes(new CharTokenizer(true)),
                FakeSettings.DEFAULTS), input);
        assertEquals(0, new TokenizeCommand().run(List.of(arguments), context));
        return context.output();
    }
}
