package dev.runtime.plugin.tokenizers;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.runtime.api.ErrorCode;
import dev.runtime.api.RuntimeFailure;
import dev.runtime.api.model.Metadata;
import dev.runtime.api.text.Tokenizer;
import dev.runtime.api.text.Tokenizer.Kind;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class VocabularyTests {
    private final VocabularyTokenizers factory = new VocabularyTokenizers();

    static Stream<Arguments> damaged() {
        return Stream.of(
                Arguments.of("no tokens", TestVocabulary.bytePair("gpt-2").put("tokens", new byte[0][]), "tokens is empty"),
                Arguments.of("tokens of numbers", TestVocabulary.bytePair("gpt-2").put("tokens", new long[3]), "array of strings"),
                Arguments.of("fewer kinds than tokens", TestVocabulary.bytePair("gpt-2").put("token_type", new long[5]), "5 entries for 256"),
                Arguments.of("more kinds than tokens", TestVocabulary.bytePair("gpt-2").put("token_type", new long[257]), "257 entries for 256"),
                Arguments.of("kind 7", TestVocabulary.bytePair("gpt-2").token("x!", 7, 0), "is 7"),
                Arguments.of("kind -1", TestVocabulary.bytePair("gpt-2").token("x!", -1, 0), "is -1"),
                Arguments.of("kind of 2^32", TestVocabulary.bytePair("gpt-2").token("x!", 1L << 32, 0), "is 4294967296"),
                Arguments.of("merge without blank", TestVocabulary.bytePair("gpt-2").put("merges", bytes("ab")), "entry 0 without a blank"),
                Arguments.of("empty merge", TestVocabulary.bytePair("gpt-2").put("merges", bytes("a b", "")), "entry 1 without a blank"),
                Arguments.of("fewer scores than tokens", TestVocabulary.sentencePiece().put("scores", new float[4]), "4 entries for 259"),
                Arguments.of("byte token below 0", TestVocabulary.sentencePiece().token("<0x-1>", 6, 0), "'<0x-1>'"),
                Arguments.of("byte token of text", TestVocabulary.sentencePiece().token("x", 6, 0), "'x'"),
                Arguments.of("byte token of nine bytes", TestVocabulary.sentencePiece().token("<0x00000>", 6, 0), "<0x00000>"),
                Arguments.of("empty byte token", TestVocabulary.sentencePiece().token("", 6, 0), "''"),
                Arguments.of("character map cut", TestVocabulary.sentencePiece().put("model", "t5").put("precompiled_charsmap", new long[2]),
                        "precompiled_charsmap"),
                Arguments.of("character map longer than itself", TestVocabulary.sentencePiece().put("model", "t5")
                        .put("precompiled_charsmap", new long[] {255, 255, 255, 255, 0, 0}), "4294967295 of 6 bytes"));
    }

    private static byte[][] bytes(String... texts) {
        return Stream.of(texts).map(t -> t.getBytes(StandardCharsets.UTF_8)).toArray(byte[][]::new);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource
    void damaged(String name, TestVocabulary vocabulary, String message) {
        RuntimeFailure failure = assertThrows(RuntimeFailure.class, () -> factory.create(vocabulary.metadata()));
        assertEquals(ErrorCode.MODEL_FILE_INVALID, failure.code());
        assertTrue(failure.getMessage().contains(message), failure.getMessage());
    }

    @Test
    void refusesSentencePieceWithoutScores() {
        Map<String, Object> values = new HashMap<>(TestVocabulary.sentencePiece().metadata().asMap());
        values.remove("tokenizer.ggml.scores");
        assertEquals(ErrorCode.MODEL_FILE_INVALID,
                assertThrows(RuntimeFailure.class, () -> factory.create(new Metadata(values))).code());
    }

    @Test
    void refusesAnUnknownPreTokenizerByName() {
        RuntimeFailure failure = assertThrows(RuntimeFailure.class, () -> factory.create(TestVocabulary.bytePair("brand-new").metadata()));
        assertEquals(ErrorCode.MODEL_UNSUPPORTED, failure.code());
        assertTrue(failure.getMessage().contains("'brand-new'"), failure.getMessage());
    }

    @Test
    void acceptsOnlyItsModels() {
        assertTrue(factory.accepts(TestVocabulary.sentencePiece().metadata()));
        assertFalse(factory.accepts(TestVocabulary.sentencePiece().put("model", "rwkv").metadata()));
        assertFalse(factory.accepts(new Metadata(Map.of())));
        RuntimeFailure failure = assertThrows(RuntimeFailure.class,
                () -> factory.create(TestVocabulary.sentencePiece().put("model", "rwkv").metadata()));
        assertEquals(ErrorCode.MODEL_UNSUPPORTED, failure.code());
    }

    @ParameterizedTest
    @ValueSource(longs = {-1, 256, Long.MAX_VALUE, 1L << 32})
    void ignoresRolesOfIdsThatAreNoTokens(long id) {
        Tokenizer tokenizer = factory.create(TestVocabulary.bytePair("gpt-2").put("bos_token_id", id).put("eos_token_id", id)
                .put("eos_token_ids", new long[] {id, 5}).put("add_bos_token", true).metadata());
        assertTrue(tokenizer.begin().isEmpty());
        assertFalse(tokenizer.addsBegin());
        assertTrue(tokenizer.endsGeneration(5));
        assertArrayEquals(new int[] {'a'}, tokenizer.encode("a", true, true));
    }

    @Test
    void putsTheBeginAndEndTokensAround() {
        Tokenizer tokenizer = factory.create(TestVocabulary.bytePair("gpt-2").token("<s>", 3, 0).token("</s>", 3, 0).put("bos_token_id", 256L)
                .put("eos_token_id", 257L).put("add_bos_token", true).put("add_eos_token", true).metadata());
        assertArrayEquals(new int[] {256, 'a', 257}, tokenizer.encode("a", true, true));
        assertArrayEquals(new int[] {256, 257}, tokenizer.encode("", true, true));
        assertArrayEquals(new int[] {}, tokenizer.encode("", false, true));
        assertEquals(257, tokenizer.end().orElseThrow());
        assertTrue(tokenizer.addsBegin() && tokenizer.addsEnd());
    }

    @Test
    void findsEndTokensByRoleAndSpellingAndCorrectsTheirKind() {
        TestVocabulary vocabulary = TestVocabulary.bytePair("gpt-2").token("<|im_end|>", 4, 0).token("<|eot_id|>", 1, 0).token("<|im_start|>", 3, 0)
                .token("<fim_prefix>", 4, 0).token("<|file_sep|>", 4, 0).token("<stop>", 3, 0).put("eot_token_id", 261L);
        Tokenizer tokenizer = factory.create(vocabulary.metadata());
        boolean[] ends = new boolean[6];
        for (int i = 0; i < ends.length; i++) {
            ends[i] = tokenizer.endsGeneration(256 + i);
        }
        assertArrayEquals(new boolean[] {true, true, false, false, true, true}, ends);
        assertEquals(Kind.CONTROL, tokenizer.kind(257));
        assertEquals(Kind.CONTROL, tokenizer.kind(259));
        assertFalse(tokenizer.endsGeneration('a'));
    }

    @Test
    void endOfAMessageIsNoEndInChannelVocabularies() {
        TestVocabulary vocabulary = TestVocabulary.bytePair("gpt-4o").token("<|end|>", 3, 0).token("<|return|>", 3, 0).token("<|channel|>", 3, 0);
        assertTrue(factory.create(vocabulary.metadata()).endsGeneration(256));
        Tokenizer tokenizer = factory.create(vocabulary.token("<|call|>", 3, 0).metadata());
        assertFalse(tokenizer.endsGeneration(256));
        assertTrue(tokenizer.endsGeneration(257) && tokenizer.endsGeneration(259));
        assertEquals(Kind.USER_DEFINED, tokenizer.kind(258));
    }

    @Test
    void survivesOddScoresAndEmptyTokens() {
        TestVocabulary vocabulary = TestVocabulary.sentencePiece().token("ab", 1, Float.NaN).token("bc", 1, Float.POSITIVE_INFINITY)
                .token("abc", 1, Float.NEGATIVE_INFINITY).token("", 1, 0).token("", 4, 0).token("▁", 1, -0f);
        for (String model : new String[] {"llama", "t5", "bert"}) {
            Tokenizer tokenizer = factory.create(vocabulary.put("model", model).put("unknown_token_id", 0L).metadata());
            for (String text : new String[] {"", "abc abc", "\0", "x▁y", "\uD800", "\uDC00\uD800"}) {
                for (int token : tokenizer.encode(text, true, true)) {
                    assertTrue(token >= 0 && token < tokenizer.size());
                }
            }
        }
    }

    /** The map's words come from the file: whatever they are, a walk stays inside. */
    @Test
    void survivesRandomCharacterMaps() {
        Random random = new Random(17);
        for (int round = 0; round < 500; round++) {
            long[] blob = random.longs(64 + random.nextInt(2000), 0, 256).toArray();
            int words = (blob.length - 4) / 8;
            for (int i = 0; i < 4; i++) {
                blob[i] = words * 4L >> 8 * i & 0xFF;
            }
            Tokenizer tokenizer = factory.create(TestVocabulary.sentencePiece().put("model", "t5").token("▁a", 1, -1)
                    .put("precompiled_charsmap", blob).metadata());
            tokenizer.encode("abc déf 漢字 \u0001\u00FF", true, true);
        }
    }
}
