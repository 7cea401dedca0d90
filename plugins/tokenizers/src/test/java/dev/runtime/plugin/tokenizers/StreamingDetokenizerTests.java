package dev.runtime.plugin.tokenizers;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.runtime.api.text.Detokenizer;
import dev.runtime.api.text.Tokenizer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class StreamingDetokenizerTests {
    private final Tokenizer tokenizer = new VocabularyTokenizers()
            .create(TestVocabulary.bytePair("gpt-2").token("<|im_end|>", 3, 0).token("<think>", 4, 0).metadata());

    @Test
    void holdsBackIncompleteCharacters() {
        Detokenizer detokenizer = tokenizer.detokenizer(false);
        assertEquals("h", detokenizer.append('h'));
        assertEquals("", detokenizer.append(0xF0));
        assertEquals("", detokenizer.append(0x9F));
        assertEquals("", detokenizer.append(0x98));
        assertEquals(3, detokenizer.pending());
        assertEquals("😀", detokenizer.append(0x80));
        assertEquals(0, detokenizer.pending());
        assertEquals("", detokenizer.append(0xC3));
        assertEquals("", detokenizer.finish());
        assertEquals(0, detokenizer.pending());
    }

    @Test
    void replacesBytesThatCannotBecomeACharacter() {
        Detokenizer detokenizer = tokenizer.detokenizer(false);
        assertEquals("\uFFFD", detokenizer.append(0x80));
        assertEquals("", detokenizer.append(0xE2));
        assertEquals("\uFFFDa", detokenizer.append('a'));
        assertEquals("\uFFFD", detokenizer.append(0xC0));
        assertEquals("", detokenizer.append(0xED));
        assertEquals("\uFFFD\uFFFD", detokenizer.append(0xA0));
    }

    @Test
    void hidesControlTokensUnlessAsked() {
        assertEquals("", tokenizer.detokenizer(false).append(256));
        assertEquals("<|im_end|>", tokenizer.detokenizer(true).append(256));
        assertEquals("<think>", tokenizer.detokenizer(false).append(257));
        assertEquals("a<think>", tokenizer.decode(new int[] {'a', 256, 257}, false));
        assertEquals("a<|im_end|><think>", tokenizer.decode(new int[] {'a', 256, 257}, true));
    }

    /** Whatever the bytes are, the stream is what a decoder makes of the whole, but for an incomplete end. */
    @Test
    void agreesWithDecodingTheWhole() {
        Random random = new Random(3);
        int[] starts = {'a', 0x80, 0xBF, 0xC0, 0xC3, 0xE0, 0xE2, 0xED, 0xEF, 0xF0, 0xF4, 0xF5, 0xFF, 0x90, 0x9F, 0xA0};
        for (int round = 0; round < 20_000; round++) {
            byte[] bytes = new byte[1 + random.nextInt(12)];
            for (int i = 0; i < bytes.length; i++) {
                bytes[i] = (byte) starts[random.nextInt(starts.length)];
            }
            Detokenizer detokenizer = tokenizer.detokenizer(false);
            StringBuilder text = new StringBuilder();
            for (byte b : bytes) {
                text.append(detokenizer.append(b & 0xFF));
                assertTrue(detokenizer.pending() < 4);
            }
            byte[] complete = Arrays.copyOf(bytes, bytes.length - detokenizer.pending());
            int[] tokens = new int[complete.length];
            boolean surrogates = false;
            for (int i = 0; i < tokens.length; i++) {
                tokens[i] = complete[i] & 0xFF;
                surrogates |= tokens[i] == 0xED;
            }
            assertEquals(tokenizer.decode(tokens, false), text.toString(), () -> Arrays.toString(bytes));
            // the JDK counts the three bytes of a surrogate as one error
            if (!surrogates) {
                assertEquals(new String(complete, StandardCharsets.UTF_8), text.toString(), () -> Arrays.toString(bytes));
            }
        }
    }
}
