package dev.runtime.plugin.tokenizers;

import static dev.runtime.plugin.tokenizers.CodePoints.LETTER;
import static dev.runtime.plugin.tokenizers.CodePoints.LOWER;
import static dev.runtime.plugin.tokenizers.CodePoints.MARK;
import static dev.runtime.plugin.tokenizers.CodePoints.NUMBER;
import static dev.runtime.plugin.tokenizers.CodePoints.PUNCTUATION;
import static dev.runtime.plugin.tokenizers.CodePoints.SYMBOL;
import static dev.runtime.plugin.tokenizers.CodePoints.UPPER;
import static dev.runtime.plugin.tokenizers.Stages.BLANKS;
import static dev.runtime.plugin.tokenizers.Stages.CONTRACTION;
import static dev.runtime.plugin.tokenizers.Stages.CONTRACTION_ANY_CASE;
import static dev.runtime.plugin.tokenizers.Stages.NEWLINE;
import static dev.runtime.plugin.tokenizers.Stages.PUNCTUATION_THEN_ASCII;
import static dev.runtime.plugin.tokenizers.Stages.SPACES;
import static dev.runtime.plugin.tokenizers.Stages.SPACES_AT_END;
import static dev.runtime.plugin.tokenizers.Stages.THREE_DIGITS;
import static dev.runtime.plugin.tokenizers.Stages.blankThen;
import static dev.runtime.plugin.tokenizers.Stages.blankThenOther;
import static dev.runtime.plugin.tokenizers.Stages.casedWord;
import static dev.runtime.plugin.tokenizers.Stages.run;
import static dev.runtime.plugin.tokenizers.Stages.some;
import static dev.runtime.plugin.tokenizers.Stages.spaceThen;
import static dev.runtime.plugin.tokenizers.Stages.word;


/**
 * Splits text into the words that byte-pair merging works in. Each stage splits the pieces of the stage before; what lies between matches
 * stays as a piece.
 *
 * <p>Every instance is the rule of a family of vocabularies, in the order of its regular expressions.
 */
enum PreTokenizer {
    GPT_2(gpt2()),
    LLAMA_3(llama3(3)),
    QWEN_2(llama3(1)),
    QWEN_35(Stage.any(CONTRACTION_ANY_CASE, word(LETTER | NUMBER, LETTER | MARK), some(NUMBER, 1), blankThenOther(LETTER | MARK | NUMBER, "\r\n"),
            BLANKS)),
    GPT_4O(Stage.any(casedWord(true), some(NUMBER, 3), blankThenOther(LETTER | NUMBER, "\r\n/"), BLANKS)),
    TEKKEN(Stage.any(casedWord(false), some(NUMBER, 1), blankThenOther(LETTER | NUMBER, "\r\n/"), BLANKS)),
    STARCODER(some(NUMBER, 1), gpt2()),
    FALCON(run(c -> punctuation(c) || c == '`'), gpt2(), THREE_DIGITS),
    DEFAULT(run(PreTokenizer::punctuation), gpt2(), some(NUMBER, Integer.MAX_VALUE), THREE_DIGITS),
    DEEPSEEK_LLM(NEWLINE, spaceThen(UPPER | LOWER), spaceThen(PreTokenizer::deepseekPunctuation), SPACES_AT_END,
            run(PreTokenizer::eastAsian), some(NUMBER, Integer.MAX_VALUE)),
    DEEPSEEK_CODER(NEWLINE, spaceThen(LETTER), spaceThen(PUNCTUATION), run(PreTokenizer::eastAsian), some(NUMBER, 1)),
    DEEPSEEK_V3(some(NUMBER, 3), run(c -> c >= 0x4E00 && c <= 0x9FA5 || c >= 0x3040 && c <= 0x30FF),
            Stage.any(PUNCTUATION_THEN_ASCII, word(LETTER | PUNCTUATION | SYMBOL, LETTER | MARK), blankThen(PUNCTUATION | SYMBOL, "\r\n"), BLANKS)),
    BLOOM(blankThen(PreTokenizer::bloomWord)),
    VIKING(blankThen(PreTokenizer::bloomWord), some(NUMBER, 1));

    private final Stage[] stages;

    PreTokenizer(Stage... stages) {
        this.stages = stages;
    }

    /** Takes the words of a text in order. */
    interface Words {
        void word(int from, int to);
    }

    /** Splits all of a text. */
    void split(CodePoints text, Words words) {
        split(0, text, 0, text.size(), words);
    }

    private void split(int stage, CodePoints text, int from, int to, Words words) {
        if (stage == stages.length) {
            words.word(from, to);
            return;
        }
        int gap = from;
        int at = from;
        while (at < to) {
            int end = stages[stage].match(text, at, to);
            if (end <= at) {
                at = ~end;
                continue;
            }
            if (gap < at) {
                split(stage + 1, text, gap, at, words);
            }
            split(stage + 1, text, at, end, words);
            at = end;
            gap = end;
        }
        if (gap < to) {
            split(stage + 1, text, gap, to, words);
        }
    }

    private static Stage gpt2() {
        return Stage.any(CONTRACTION, blankThen(LETTER), blankThen(NUMBER), blankThenOther(LETTER | NUMBER, ""), SPACES);
    }

    private static Stage llama3(int digits) {
        return Stage.any(CONTRACTION_ANY_CASE, word(LETTER | NUMBER, LETTER), some(NUMBER, digits), blankThenOther(LETTER | NUMBER, "\r\n"),
                BLANKS);
    }

    /** {@code [\p{P}$+<=>^~|]}. */
    private static boolean punctuation(int c) {
        return "$+<=>^~|".indexOf(c) >= 0 || switch (Character.getType(c)) {
            case Character.CONNECTOR_PUNCTUATION, Character.DASH_PUNCTUATION, Character.START_PUNCTUATION, Character.END_PUNCTUATION,
                    Character.INITIAL_QUOTE_PUNCTUATION, Character.FINAL_QUOTE_PUNCTUATION, Character.OTHER_PUNCTUATION -> true;
            default -> false;
        };
    }

    /** Punctuation and symbols of ASCII, their full-width forms, general and CJK punctuation. */
    private static boolean deepseekPunctuation(int c) {
        return c >= '!' && c <= '/' || c >= ':' && c <= '~' && !(c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z')
                || c >= 0xFF01 && c <= 0xFF0F || c >= 0xFF1A && c <= 0xFF5E || c >= 0x2018 && c <= 0x201F || c >= 0x3000 && c <= 0x3002;
    }

    private static boolean eastAsian(int c) {
        return c >= 0x4E00 && c <= 0x9FA5 || c >= 0x0800 && c <= 0x4E00 || c >= 0xAC00 && c <= 0xD7FF;
    }

    /** {@code [^(\s|.,!?…。，、।۔،)]}. */
    private static boolean bloomWord(int c) {
        return "(|.,!?…。，、।۔،)".indexOf(c) < 0 && !(Character.isSpaceChar(c) || c >= 9 && c <= 13 || c == 0x85);
    }
}
