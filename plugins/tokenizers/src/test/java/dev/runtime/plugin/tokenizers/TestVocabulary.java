package dev.runtime.plugin.tokenizers;

import dev.runtime.api.model.Metadata;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Builds small vocabularies as metadata. */
final class TestVocabulary {
    private final List<byte[]> tokens = new ArrayList<>();
    private final List<Long> types = new ArrayList<>();
    private final List<Float> scores = new ArrayList<>();
    private final List<byte[]> merges = new ArrayList<>();
    private final Map<String, Object> more = new LinkedHashMap<>();

    /** Starts a byte-level vocabulary with a token for every byte. */
    static TestVocabulary bytePair(String pre) {
        TestVocabulary vocabulary = new TestVocabulary().put("model", "gpt2").put("pre", pre);
        for (int b = 0; b < 256; b++) {
            vocabulary.token(letter(b), 1, 0);
        }
        return vocabulary;
    }

    /** Starts a SentencePiece vocabulary: unknown, begin, end, a token for every byte. */
    static TestVocabulary sentencePiece() {
        TestVocabulary vocabulary = new TestVocabulary().put("model", "llama").token("<unk>", 2, 0).token("<s>", 3, 0).token("</s>", 3, 0);
        for (int b = 0; b < 256; b++) {
            vocabulary.token("<0x%02X>".formatted(b), 6, 0);
        }
        return vocabulary;
    }

    /** Returns the letter of the byte alphabet. */
    static String letter(int b) {
        boolean itself = b >= 0x21 && b <= 0x7E || b >= 0xA1 && b <= 0xAC || b >= 0xAE;
        if (itself) {
            return Character.toString(b);
        }
        int before = 0;
        for (int i = 0; i < b; i++) {
            before += i >= 0x21 && i <= 0x7E || i >= 0xA1 && i <= 0xAC || i >= 0xAE ? 0 : 1;
        }
        return Character.toString(0x100 + before);
    }

    TestVocabulary token(String text, long type, float score) {
        tokens.add(text.getBytes(StandardCharsets.UTF_8));
        types.add(type);
        scores.add(score);
        return this;
    }

    /** Adds a merge and, unless it is there, the token that it makes. */
    TestVocabulary merge(String left, String right) {
        merges.add((left + " " + right).getBytes(StandardCharsets.UTF_8));
        byte[] result = (left + right).getBytes(StandardCharsets.UTF_8);
        if (tokens.stream().noneMatch(t -> java.util.Arrays.equals(t, result))) {
            token(left + right, 1, 0);
        }
        return this;
    }

    /** Sets a key below {@code tokenizer.ggml.}. */
    TestVocabulary put(String key, Object value) {
        more.put(Vocabulary.PREFIX + key, value);
        return this;
    }

    int size() {
        return tokens.size();
    }

    Metadata metadata() {
        Map<String, Object> values = new LinkedHashMap<>();
        values.put(Vocabulary.PREFIX + "tokens", tokens.toArray(byte[][]::new));
        values.put(Vocabulary.PREFIX + "token_type", types.stream().mapToLong(Long::longValue).toArray());
        float[] floats = new float[scores.size()];
        for (int i = 0; i < floats.length; i++) {
            floats[i] = scores.get(i);
        }
        values.put(Vocabulary.PREFIX + "scores", floats);
        values.put(Vocabulary.PREFIX + "merges", merges.toArray(byte[][]::new));
        values.putAll(more);
        return new Metadata(values);
    }
}
