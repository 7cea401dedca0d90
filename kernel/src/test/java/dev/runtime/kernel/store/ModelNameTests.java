package dev.runtime.kernel.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.runtime.api.ErrorCode;
import dev.runtime.api.RuntimeFailure;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ModelNameTests {
    @ParameterizedTest
    @CsvSource({
        "llama3.2,registry.ollama.ai/library/llama3.2:latest,llama3.2:latest",
        "library/x,registry.ollama.ai/library/x:latest,x:latest",
        "LIBRARY/x:1,registry.ollama.ai/LIBRARY/x:1,x:1",
        "user/foo,registry.ollama.ai/user/foo:latest,user/foo:latest",
        "h/n/m:t,h/n/m:t,h/n/m:t",
        "h/library/m,h/library/m:latest,h/library/m:latest",
        "host:5000/ns/m,host:5000/ns/m:latest,host:5000/ns/m:latest",
        "hf.co/bartowski/X-GGUF:Q4_K_M,hf.co/bartowski/X-GGUF:Q4_K_M,hf.co/bartowski/X-GGUF:Q4_K_M",
        "http://localhost:5000/ns/m:t,localhost:5000/ns/m:t,localhost:5000/ns/m:t",
        "https://Registry.Ollama.AI/library/m,Registry.Ollama.AI/library/m:latest,m:latest",
        "apple/OpenELM,registry.ollama.ai/apple/OpenELM:latest,apple/OpenELM:latest",
        "_a/_b:_c,registry.ollama.ai/_a/_b:_c,_a/_b:_c",
    })
    void valid(String text, String full, String display) {
        ModelName name = ModelName.of(text);
        assertEquals(full, name.full());
        assertEquals(display, name.display());
        assertEquals(name, ModelName.of(name.full()));
        assertTrue(name.same(ModelName.of(display)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", ":", "m:", ":t", "/nn/mm", "//", "/", "ns/", "h//m", "-hh/nn/mm:tt", "^", "m@d", "m@sha256:00", "host/name:space/model:tag",
        "a/b/c/d", "a/b/c/d/e", "h/n.s/m", "m\u0000", "m\n", "../m", "..", ".", "m:..", "a/../b", "n/..:t", "h/../m", "h/n/..", "C:\\m", "\u0661m", "m\u00e9",
        "m\u2044x", "x y", "m:t/x", "http://m", "~/m", "%2e%2e/m"})
    void invalid(String text) {
        assertTrue(ModelName.parse(text).isEmpty());
        assertEquals(ErrorCode.MODEL_NAME_INVALID, assertThrows(RuntimeFailure.class, () -> ModelName.of(text)).code());
    }

    @Test
    void lengthsAreBounded() {
        assertTrue(ModelName.parse("m".repeat(80)).isPresent());
        assertTrue(ModelName.parse("m".repeat(81)).isEmpty());
        assertTrue(ModelName.parse("m:" + "t".repeat(81)).isEmpty());
        assertTrue(ModelName.parse("n".repeat(81) + "/m").isEmpty());
        assertTrue(ModelName.parse("h".repeat(350) + "/n/m").isPresent());
        assertTrue(ModelName.parse("h".repeat(351) + "/n/m").isEmpty());
    }

    @Test
    void messagesShowTextsOnOneShortLine() {
        String message = assertThrows(RuntimeFailure.class, () -> ModelName.of("a\nb\u001b" + "x".repeat(5000))).getMessage();
        assertTrue(message.contains("a?b?x") && message.length() < 400, message);
        assertFalse(message.contains("\n"));
    }
}
