package dev.runtime.plugin.tokenizers;

import dev.runtime.api.model.Metadata;
import java.text.Normalizer;
import java.util.Arrays;
import java.util.OptionalInt;

/**
 * WordPiece ({@code bert}): text is lower-cased and loses accents, punctuation and ideographs are words of their own, and each word is cut
 * greedily into the longest tokens. A word with a part that is no token becomes the unknown token as a whole. Tokens that begin a word are
 * spelled with U+2581 first.
 */
final class WordPieceTokenizer extends VocabularyTokenizer {
    private final ByteStringTable table;
    private final int unknown;

    private WordPieceTokenizer(Vocabulary vocabulary, Frame frame) {
        super(vocabulary, frame);
        this.table = vocabulary.table();
        this.unknown = vocabulary.id("unknown_token_id", 100).orElseThrow(() -> Vocabulary.invalid("unknown_token_id is no token"));
    }

    static WordPieceTokenizer of(Metadata metadata) {
        Vocabulary vocabulary = Vocabulary.of(metadata);
        OptionalInt begin = vocabulary.id("bos_token_id");
        begin = begin.isPresent() ? begin : vocabulary.id("cls_token_id", 101);
        OptionalInt end = vocabulary.id("separator_token_id");
        end = end.isPresent() ? end : vocabulary.id("seperator_token_id", 102);
        return new WordPieceTokenizer(vocabulary,
                new Frame(begin, end, vocabulary.flag("add_bos_token", true), vocabulary.flag("add_sep_token", true)));
    }

    @Override
    byte[] plain(int token) {
        return ByteTokens.blanks(vocabulary.bytes(token));
    }

    @Override
    Encoder encoder() {
        CodePoints points = new CodePoints();
        return (text, from, to, afterSpecial, out) -> {
            points.fill(text, from, to);
            new Words(out).run(points);
        };
    }

    /** Returns the base of a composed character; others stay. */
    private static int base(int c) {
        // ideographs and Hangul syllables are the bulk of text beyond Latin that would be looked up in vain
        if (c < 0xC0 || c >= 0x3400 && c <= 0x9FFF) {
            return c;
        }
        return Normalizer.normalize(Character.toString(c), Normalizer.Form.NFD).codePointAt(0);
    }

    private static boolean ideograph(int c) {
        return c >= 0x4E00 && c <= 0x9FFF || c >= 0x3400 && c <= 0x4DBF || c >= 0x20000 && c <= 0x2A6DF || c >= 0x2A700 && c <= 0x2B73F
                || c >= 0x2B740 && c <= 0x2B81F || c >= 0x2B920 && c <= 0x2CEAF || c >= 0xF900 && c <= 0xFAFF || c >= 0x2F800 && c <= 0x2FA1F;
    }

    /** Gathers the bytes of one word after the other. */
    private final class Words {
        private final IntList out;
        private byte[] word = new byte[256];
        private final int start;
        private int end;

        Words(IntList out) {
            this.out = out;
            this.start = Utf8.put(ByteTokens.BLANK, word, 0);
            this.end = start;
        }

        void run(CodePoints text) {
            for (int i = 0; i < text.size(); i++) {
                int c = base(text.at(i));
                int classes = CodePoints.classOf(c);
                if (classes == CodePoints.SPACE) {
                    finish();
                } else if (c != 0xFFFD && classes != CodePoints.MARK && (classes != 0 || Character.getType(c) == Character.UNASSIGNED)) {
                    // left out: marks, controls, formats, private use
                    boolean alone = classes == CodePoints.PUNCTUATION || c < 0x7F && classes == CodePoints.SYMBOL || ideograph(c);
                    if (alone) {
                        finish();
                    }
                    add(Character.toLowerCase(c));
                    if (alone) {
                        finish();
                    }
                }
            }
            finish();
        }

        private void add(int c) {
            if (end + 4 > word.length) {
                word = Arrays.copyOf(word, word.length * 2);
            }
            end = Utf8.put(c, word, end);
        }

        private void finish() {
            if (end > start) {
                encode();
                end = start;
            }
        }

        private void encode() {
            int before = out.size();
            int i = 0;
            while (i < end) {
                int to = Math.min(end, i + table.longest());
                int id = -1;
                while (to > i && (id = table.find(word, i, to)) < 0) {
                    to--;
                }
                if (id < 0) {
                    out.shorten(before);
                    out.add(unknown);
                    return;
                }
                out.add(id);
                i = to;
            }
        }
    }
}
