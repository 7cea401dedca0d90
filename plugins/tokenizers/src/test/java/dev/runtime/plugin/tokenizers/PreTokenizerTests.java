package dev.runtime.plugin.tokenizers;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.runtime.api.ErrorCode;
import dev.runtime.api.RuntimeFailure;
import dev.runtime.api.model.Metadata;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The scanners against the regular expressions that they stand for, on short texts, and alone on texts of a million characters. */
class PreTokenizerTests {
    private static final String C = "'[sS]|'[tT]|'[rR][eE]|'[vV][eE]|'[mM]|'[lL][lL]|'[dD]";
    private static final String W = "\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+";
    private static final String GPT2 = "'s|'t|'re|'ve|'m|'ll|'d| ?\\p{L}+| ?\\p{N}+| ?[^\\s\\p{L}\\p{N}]+|\\s+(?!\\S)";
    private static final String LLAMA3 = C + "|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}{1,3}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|" + W;
    private static final String UP = "[\\p{Lu}\\p{Lt}\\p{Lm}\\p{Lo}\\p{M}]";
    private static final String LO = "[\\p{Ll}\\p{Lm}\\p{Lo}\\p{M}]";
    private static final String X = "[^\\r\\n\\p{L}\\p{N}]?";
    private static final String BLOOM = " ?[^(\\s|.,!?…。，、।۔،)]+";
    private static final String EAST_ASIAN = "[一-龥ࠀ-一가-\uD7FF]+";

    private static final Map<PreTokenizer, List<String>> REGEXES = Map.ofEntries(
            Map.entry(PreTokenizer.GPT_2, List.of(GPT2)),
            Map.entry(PreTokenizer.LLAMA_3, List.of(LLAMA3)),
            Map.entry(PreTokenizer.QWEN_2, List.of(LLAMA3.replace("{1,3}", ""))),
            Map.entry(PreTokenizer.QWEN_35, List.of(C + "|" + X + "[\\p{L}\\p{M}]+|\\p{N}| ?[^\\s\\p{L}\\p{M}\\p{N}]+[\\r\\n]*|" + W)),
            Map.entry(PreTokenizer.GPT_4O, List.of(X + UP + "*" + LO + "+(?:" + C + ")?|" + X + UP + "+" + LO + "*(?:" + C
                    + ")?|\\p{N}{1,3}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n/]*|" + W)),
            Map.entry(PreTokenizer.TEKKEN, List.of(X + UP + "*" + LO + "+|" + X + UP + "+" + LO + "*|\\p{N}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n/]*|" + W)),
            Map.entry(PreTokenizer.STARCODER, List.of("\\p{N}", GPT2)),
            Map.entry(PreTokenizer.FALCON, List.of("[\\p{P}\\$\\+<=>\\^~\\|`]+", GPT2, "[0-9][0-9][0-9]")),
            Map.entry(PreTokenizer.DEFAULT, List.of("[\\p{P}\\$\\+<=>\\^~\\|]+", GPT2, "\\p{N}+", "[0-9][0-9][0-9]")),
            Map.entry(PreTokenizer.DEEPSEEK_LLM, List.of("[\\r\\n]", "\\s?[\\p{Lu}\\p{Ll}\\p{Lt}]+", "\\s?[!-/:-@\\[-`{-~！-／：-～‘-‟\u3000-。]+", "\\s+$",
                    EAST_ASIAN, "\\p{N}+")),
            Map.entry(PreTokenizer.DEEPSEEK_CODER, List.of("[\\r\\n]", "\\s?\\p{L}+", "\\s?\\p{P}+", EAST_ASIAN, "\\p{N}")),
            Map.entry(PreTokenizer.DEEPSEEK_V3, List.of("\\p{N}{1,3}", "[一-龥\u3040-ゟ゠-ヿ]+",
                    "[!-/:-@\\[-`{-~][A-Za-z]+|[^\\r\\n\\p{L}\\p{P}\\p{S}]?[\\p{L}\\p{M}]+| ?[\\p{P}\\p{S}]+[\\r\\n]*|" + W)),
            Map.entry(PreTokenizer.BLOOM, List.of(BLOOM)),
            Map.entry(PreTokenizer.VIKING, List.of(BLOOM, "\\p{N}")));

    private static final String[] ALPHABET = {
        "a", "b", "Z", "Q", "é", "ß", "ǅ", "ʰ", "中", "文", "ひ", "カ", "한", "ا", "न", "\u0301", "\u094D", "\u093F", "1", "2", "٣", "Ⅷ", "½", " ",
        " ", " ", "\n", "\r", "\t", "\u00A0", "\u3000", "\u0085", "\u200B", "\uFEFF", "'", "'s", "'LL", "'ve", "'D", ".", ",", "!", "$", "+", "<",
        "|", "`", "/", "(", "_", "-", "。", "，", "！", "‘", "€", "\u20E3", "😀", "🇫", "𝒜", "\u0000", "\uE000"
    };

    @ParameterizedTest
    @EnumSource
    void splitsAsTheRegularExpressions(PreTokenizer rule) {
        List<Pattern> patterns = new ArrayList<>();
        for (String regex : REGEXES.get(rule)) {
            // $ is the very end here, as in the original
            patterns.add(Pattern.compile(regex.replace("+$", "+\\z"), Pattern.UNICODE_CHARACTER_CLASS));
        }
        Random random = new Random(7);
        for (int round = 0; round < 4000; round++) {
            StringBuilder text = new StringBuilder();
            int kinds = 1 + random.nextInt(ALPHABET.length);
            for (int i = random.nextInt(14); i >= 0; i--) {
                text.append(ALPHABET[(random.nextInt(kinds) * 31 + round) % ALPHABET.length]);
            }
            assertEquals(shown(expected(text.toString(), patterns)), shown(split(rule, text.toString())), () -> "of '" + text + "'");
        }
    }

    /** Quadratic time would take hours here, and recursion would overflow the stack. */
    @ParameterizedTest
    @EnumSource
    @Timeout(300)
    void takesLinearTime(PreTokenizer rule) {
        int n = 1 << 20;
        for (String unit : List.of("a", "A", "7", " ", "\n", " \n", "\u0301", "中", "ひ", "😀", "'", ".", "!a", "<", "\u00A0", "A中", "\u0000", "(")) {
            String text = unit.repeat(n / unit.length());
            for (String whole : List.of(text, text + "x")) {
                assertEquals(whole.codePointCount(0, whole.length()), length(rule, whole));
            }
        }
    }

    @Test
    void refusesUnknownNames() {
        RuntimeFailure failure = assertThrows(RuntimeFailure.class, () -> PreTokenizerNames.rule("tomorrows-split"));
        assertEquals(ErrorCode.MODEL_UNSUPPORTED, failure.code());
        assertTrue(failure.getMessage().contains("tomorrows-split"), failure.getMessage());
    }

    @Test
    void oldFilesWithoutANameGoByArchitecture() {
        assertEquals("qwen2", PreTokenizerNames.of(metadata("qwen3", Map.of()), 151_936));
        assertEquals("qwen2", PreTokenizerNames.of(metadata("qwen2", Map.of("tokenizer.ggml.pre", "default")), 151_936));
        assertEquals("llama-bpe", PreTokenizerNames.of(metadata("llama", Map.of()), 128_256));
        assertEquals("default", PreTokenizerNames.of(metadata("llama", Map.of()), 50_000));
        assertEquals("gpt-4o", PreTokenizerNames.of(metadata("gptoss", Map.of()), 201_088));
        assertEquals("starcoder", PreTokenizerNames.of(metadata("qwen3", Map.of("tokenizer.ggml.pre", "starcoder")), 1000));
    }

    private static Metadata metadata(String architecture, Map<String, Object> more) {
        Metadata metadata = new Metadata(more);
        return metadata.with("general.architecture", architecture);
    }

    private static List<String> expected(String text, List<Pattern> patterns) {
        List<String> pieces = text.isEmpty() ? List.of() : List.of(text);
        for (Pattern pattern : patterns) {
            List<String> finer = new ArrayList<>();
            for (String piece : pieces) {
                int end = 0;
                Matcher matcher = pattern.matcher(piece);
                while (matcher.find()) {
                    if (matcher.start() > end) {
                        finer.add(piece.substring(end, matcher.start()));
                    }
                    finer.add(matcher.group());
                    end = matcher.end();
                }
                if (end < piece.length()) {
                    finer.add(piece.substring(end));
                }
            }
            pieces = finer;
        }
        return pieces;
    }

    private static List<String> split(PreTokenizer rule, String text) {
        CodePoints points = new CodePoints();
        points.fill(text, 0, text.length());
        List<String> pieces = new ArrayList<>();
        rule.split(points, (from, to) -> {
            StringBuilder piece = new StringBuilder();
            for (int i = from; i < to; i++) {
                piece.appendCodePoint(points.at(i));
            }
            pieces.add(piece.toString());
        });
        return pieces;
    }

    private static int length(PreTokenizer rule, String text) {
        CodePoints points = new CodePoints();
        points.fill(text, 0, text.length());
        int[] sum = new int[1];
        rule.split(points, (from, to) -> sum[0] += to - from);
        return sum[0];
    }

    private static String shown(List<String> pieces) {
        StringBuilder text = new StringBuilder();
        for (String piece : pieces) {
            piece.codePoints().forEach(c -> text.append(c > 32 && c < 127 ? Character.toString(c) : "\\u{" + Integer.toHexString(c) + "}"));
            text.append(" ⏐ ");
        }
        return text.toString();
    }
}
