package dev.runtime.plugin.format.safetensors.tokens;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Names of the ways to cut text into words, by the patterns that {@code tokenizer.json} spells out. Several names stand for the same
 * patterns; the most usual one is given.
 */
final class PreTokenizers {
    private static final String CONTRACTIONS = "(?i:'s|'t|'re|'ve|'m|'ll|'d)";
    private static final String SPACES = "\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+";
    private static final String UPPER = "[\\p{Lu}\\p{Lt}\\p{Lm}\\p{Lo}\\p{M}]";
    private static final String LOWER = "[\\p{Ll}\\p{Lm}\\p{Lo}\\p{M}]";
    private static final String WORD = "[^\\r\\n\\p{L}\\p{N}]?";
    private static final String SIGNS = "| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|";
    private static final String GPT2 = "'s|'t|'re|'ve|'m|'ll|'d| ?\\p{L}+| ?\\p{N}+| ?[^\\s\\p{L}\\p{N}]+|\\s+(?!\\S)|\\s+";
    /** Stands for the pattern that is built into the step of bytes. */
    private static final String BYTES = "bytes";
    private static final String DIGIT = "digit";

    private static final Map<List<String>, String> NAMES = Map.ofEntries(
            Map.entry(List.of(CONTRACTIONS + "|" + WORD + "\\p{L}+|\\p{N}{1,3}" + SIGNS + SPACES), "llama-bpe"),
            Map.entry(List.of(CONTRACTIONS + "|" + WORD + "\\p{L}+|\\p{N}" + SIGNS + SPACES), "qwen2"),
            Map.entry(List.of(CONTRACTIONS + "|" + WORD + "[\\p{L}\\p{M}]+|\\p{N}| ?[^\\s\\p{L}\\p{M}\\p{N}]+[\\r\\n]*|" + SPACES), "qwen35"),
            Map.entry(List.of(WORD + UPPER + "*" + LOWER + "+" + CONTRACTIONS + "?|" + WORD + UPPER + "+" + LOWER + "*" + CONTRACTIONS
                    + "?|\\p{N}{1,3}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n/]*|" + SPACES), "gpt-4o"),
            Map.entry(List.of(WORD + UPPER + "*" + LOWER + "+|" + WORD + UPPER + "+" + LOWER + "*|\\p{N}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n/]*|"
                    + SPACES), "tekken"),
            Map.entry(List.of(BYTES), "gpt-2"),
            Map.entry(List.of(GPT2), "gpt-2"),
            Map.entry(List.of(DIGIT, BYTES), "starcoder"),
            Map.entry(List.of("\\p{N}", BYTES), "starcoder"),
            Map.entry(List.of("\\p{N}{1,3}", "[一-龥぀-ゟ゠-ヿ]+", "[!\"#$%&'()*+,\\-./:;<=>?@\\[\\\\\\]^_`{|}~][A-Za-z]+|[^\\r\\n\\p{L}\\p{P}\\p{S}]?"
                    + "[\\p{L}\\p{M}]+| ?[\\p{P}\\p{S}]+[\\r\\n]*|" + SPACES), "deepseek-v3"));

    private PreTokenizers() {}

    /**
     * Returns the name of a pre-tokenizer.
     *
     * @param step the object {@code pre_tokenizer}, null if there is none
     * @param whole whether words that are tokens are taken without merging
     * @return nothing if the patterns are not known
     */
    static Optional<String> name(Object step, boolean whole) {
        List<String> patterns = new ArrayList<>();
        collect(step, patterns);
        Optional<String> name = Optional.ofNullable(NAMES.get(patterns));
        // the same pattern has two names: one of a model that takes whole words first, one of those that do not
        return name.map(n -> n.equals("llama-bpe") && !whole ? "dbrx" : n);
    }

    private static void collect(Object step, List<String> patterns) {
        if (!(step instanceof Map<?, ?> map)) {
            return;
        }
        switch (String.valueOf(map.get("type"))) {
            case "Sequence" -> {
                if (map.get("pretokenizers") instanceof List<?> steps) {
                    steps.forEach(each -> collect(each, patterns));
                }
            }
            case "Split" -> patterns.add(map.get("pattern") instanceof Map<?, ?> pattern
                    ? String.valueOf(pattern.get("Regex") != null ? pattern.get("Regex") : pattern.get("String")) : "");
            case "ByteLevel" -> {
                if (!Boolean.FALSE.equals(map.get("use_regex"))) {
                    patterns.add(BYTES);
                }
            }
            case "Digits" -> patterns.add(Boolean.TRUE.equals(map.get("individual_digits")) ? DIGIT : "digits");
            default -> patterns.add(String.valueOf(map.get("type")));
        }
    }
}
