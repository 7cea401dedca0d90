package dev.runtime.plugin.tokenizers;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.runtime.api.text.Tokenizer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class PairMergerTests {
    /** Random merges over three letters, and words on both sides of the length at which the heap takes over. */
    @Test
    void mergesAsTheDefinitionSays() {
        Random random = new Random(11);
        for (int round = 0; round < 60; round++) {
            TestVocabulary vocabulary = TestVocabulary.bytePair("gpt-2");
            List<String> parts = new ArrayList<>(List.of("a", "b", "c"));
            Map<String, Integer> ranks = new HashMap<>();
            for (int i = 0; i < 30; i++) {
                String left = parts.get(random.nextInt(parts.size()));
                String right = parts.get(random.nextInt(parts.size()));
                if (ranks.putIfAbsent(left + " " + right, ranks.size()) == null) {
                    vocabulary.merge(left, right);
                    parts.add(left + right);
                }
            }
            Tokenizer tokenizer = new VocabularyTokenizers().create(vocabulary.metadata());
            for (int i = 0; i < 40; i++) {
                StringBuilder word = new StringBuilder();
                for (int n = 1 + random.nextInt(90); n > 0; n--) {
                    word.append((char) ('a' + random.nextInt(3)));
                }
                List<String> found = new ArrayList<>();
                for (int token : tokenizer.encode(word.toString(), false, false)) {
                    found.add(tokenizer.piece(token));
                }
                assertEquals(merged(word.toString(), ranks), found);
            }
        }
    }

    /** Applies the pair of the lowest rank, leftmost first, one at a time. */
    private static List<String> merged(String word, Map<String, Integer> ranks) {
        List<String> symbols = new ArrayList<>(List.of(word.split("")));
        while (true) {
            int best = -1;
            int rank = Integer.MAX_VALUE;
            for (int i = 0; i + 1 < symbols.size(); i++) {
                int r = ranks.getOrDefault(symbols.get(i) + " " + symbols.get(i + 1), Integer.MAX_VALUE);
                if (r < rank) {
                    best = i;
                    rank = r;
                }
            }
            if (best < 0) {
                return symbols;
            }
            symbols.set(best, symbols.get(best) + symbols.remove(best + 1));
        }
    }

    @Test
    void aMergeWhoseResultIsNoTokenFallsApart() {
        TestVocabulary vocabulary = TestVocabulary.bytePair("gpt-2");
        vocabulary.put("merges", new byte[][] {"a b".getBytes(StandardCharsets.UTF_8), "ab c".getBytes(StandardCharsets.UTF_8)});
        Tokenizer tokenizer = new VocabularyTokenizers().create(vocabulary.metadata());
        assertArrayEquals(new int[] {'a', 'b', 'c', 'd'}, tokenizer.encode("abcd", false, false));
    }

    @Test
    void bytesWithoutTokenAreDropped() {
        TestVocabulary vocabulary = new TestVocabulary().put("model", "gpt2").put("pre", "gpt-2").token("a", 1, 0);
        Tokenizer tokenizer = new VocabularyTokenizers().create(vocabulary.metadata());
        assertArrayEquals(new int[] {0, 0}, tokenizer.encode("abå a", false, false));
    }
}
