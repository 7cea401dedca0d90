package dev.runtime.plugin.tokenizers;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.runtime.api.text.Tokenizer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class SpecialTokensTests {
    @Test
    void controlTokensOnlyWhenParsedUserDefinedAlways() {
        TestVocabulary vocabulary = TestVocabulary.bytePair("gpt-2").token("<|x|>", 3, 0).token("<think>", 4, 0).token("<q>", 5, 0);
        Tokenizer tokenizer = new VocabularyTokenizers().create(vocabulary.metadata());
        assertArrayEquals(new int[] {256, 'a', 257, '<', 'q', '>'}, tokenizer.encode("<|x|>a<think><q>", false, true));
        assertArrayEquals(new int[] {'<', '|', 'x', '|', '>', 'a', 257, '<', 'q', '>'}, tokenizer.encode("<|x|>a<think><q>", false, false));
        assertEquals(257, tokenizer.special("<think>").orElseThrow());
        assertEquals(256, tokenizer.special("<|x|>").orElseThrow());
        assertEquals(true, tokenizer.special("<q>").isEmpty());
    }

    /** Overlapping tokens over two letters: the longest goes first over the whole text, then the next. */
    @Test
    void longestTokenFirstWhereTheyOverlap() {
        Random random = new Random(5);
        for (int round = 0; round < 300; round++) {
            List<String> texts = new ArrayList<>();
            for (int i = 0; i < 6; i++) {
                String text = random(random, 1 + random.nextInt(5));
                if (!texts.contains(text)) {
                    texts.add(text);
                }
            }
            texts.sort(Comparator.comparingInt(String::length).reversed());
            TestVocabulary vocabulary = TestVocabulary.bytePair("gpt-2");
            texts.forEach(text -> vocabulary.token(text, 4, 0));
            SpecialTokens specials = new SpecialTokens(Vocabulary.of(vocabulary.metadata()), StripRules.NONE);
            for (int i = 0; i < 20; i++) {
                String text = random(random, random.nextInt(40));
                List<String> found = new ArrayList<>();
                specials.split(text, true, new SpecialTokens.Sink() {
                    @Override
                    public void text(int from, int to) {
                        found.add(text.substring(from, to));
                    }

                    @Override
                    public void token(int id) {
                        found.add("#" + texts.get(id - 256));
                    }
                });
                assertEquals(expected(text, texts), found, () -> texts + " in " + text);
            }
        }
    }

    private static List<String> expected(String whole, List<String> texts) {
        List<String> fragments = whole.isEmpty() ? List.of() : List.of(whole);
        for (String text : texts) {
            List<String> finer = new ArrayList<>();
            for (String fragment : fragments) {
                int from = 0;
                while (!fragment.startsWith("#") && fragment.indexOf(text, from) >= 0) {
                    int at = fragment.indexOf(text, from);
                    if (at > from) {
                        finer.add(fragment.substring(from, at));
                    }
                    finer.add("#" + text);
                    from = at + text.length();
                }
                if (from < fragment.length()) {
                    finer.add(fragment.substring(from));
                }
            }
            fragments = finer;
        }
        return fragments;
    }

    private static String random(Random random, int length) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < length; i++) {
            text.append(random.nextInt(8) == 0 ? 'z' : random.nextBoolean() ? 'x' : 'y');
        }
        return text.toString();
    }

    @Test
    @Timeout(300)
    void longRunsOfOverlappingTokensTakeLinearTime() {
        TestVocabulary vocabulary = TestVocabulary.bytePair("gpt-2");
        for (int n = 2; n <= 31; n++) {
            vocabulary.token(" ".repeat(n), 4, 0);
        }
        Tokenizer tokenizer = new VocabularyTokenizers().create(vocabulary.metadata());
        int n = 1 << 20;
        assertEquals(n / 31 + 1, tokenizer.encode(" ".repeat(n), false, true).length);
        assertEquals(n, tokenizer.encode(" x".repeat(n / 2), false, true).length);
    }

    @Test
    void phi3TokensEatTheBlanksAfterThem() {
        TestVocabulary vocabulary = TestVocabulary.sentencePiece().token("<|user|>", 3, 0).token("▁", 1, -1).put("add_space_prefix", false);
        Tokenizer tokenizer = new VocabularyTokenizers().create(vocabulary.metadata().with("general.name", "Phi-3 mini"));
        int user = 259;
        assertArrayEquals(new int[] {user, byteToken('a'), 1, 260, user}, tokenizer.encode("<|user|> \n a<s> <|user|>\n", false, true));
    }

    private static int byteToken(char c) {
        return 3 + c;
    }
}
