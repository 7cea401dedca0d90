package dev.runtime.plugin.tokenizers;

import dev.runtime.api.model.Metadata;
import java.util.OptionalInt;

/** Byte-level byte-pair encoding ({@code gpt2}): a text is split to words, and the bytes of each word are merged by rank. */
final class BytePairTokenizer extends VocabularyTokenizer {
    private final PreTokenizer rule;
    private final boolean wholeWords;
    private final MergeTable merges;
    private final WordCache cache = new WordCache();

    private BytePairTokenizer(Vocabulary vocabulary, Frame frame, String name) {
        super(vocabulary, frame);
        this.rule = PreTokenizerNames.rule(name);
        this.wholeWords = PreTokenizerNames.wholeWords(name);
        byte[][] spellings = vocabulary.metadata().byteStrings(Vocabulary.PREFIX + "merges")
                .orElseThrow(() -> Vocabulary.invalid("merges is missing"));
        this.merges = new MergeTable(table(vocabulary), vocabulary.size(), spellings);
    }

    static BytePairTokenizer of(Metadata metadata) {
        Vocabulary vocabulary = Vocabulary.of(metadata);
        String name = PreTokenizerNames.of(metadata, vocabulary.size());
        boolean separator = vocabulary.flag("add_sep_token", PreTokenizerNames.addsSeparator(name));
        OptionalInt end = separator ? separator(vocabulary) : vocabulary.id("eos_token_id");
        Frame frame = new Frame(vocabulary.id("bos_token_id"), end, vocabulary.flag("add_bos_token", PreTokenizerNames.addsBegin(name)),
                separator || vocabulary.flag("add_eos_token", false));
        return new BytePairTokenizer(vocabulary, frame, name);
    }

    private static OptionalInt separator(Vocabulary vocabulary) {
        OptionalInt separator = vocabulary.id("seperator_token_id");
        separator = separator.isPresent() ? separator : vocabulary.id("separator_token_id");
        return separator.isPresent() ? separator : vocabulary.id("eos_token_id");
    }

    /** Returns the tokens by the bytes that they stand for; tokens with other characters than the byte alphabet's are never met in a word. */
    private static ByteStringTable table(Vocabulary vocabulary) {
        ByteStringTable table = new ByteStringTable(vocabulary.size());
        byte[] bytes = new byte[256];
        for (int i = 0; i < vocabulary.size(); i++) {
            byte[] spelling = vocabulary.bytes(i);
            bytes = bytes.length < spelling.length ? new byte[spelling.length] : bytes;
            int length = ByteAlphabet.decode(spelling, 0, spelling.length, bytes, 0);
            if (length > 0) {
                table.putIfAbsent(bytes, 0, length, i);
            }
        }
        return table;
    }

    @Override
    byte[] plain(int token) {
        return ByteAlphabet.decodeLeniently(vocabulary.bytes(token));
    }

    @Override
    Encoder encoder() {
        CodePoints points = new CodePoints();
        WordEncoder words = new WordEncoder(points);
        return (text, from, to, afterSpecial, out) -> {
            points.fill(text, from, to);
            words.out = out;
            rule.split(points, words);
        };
    }

    /** Encodes the words of one text. */
    private final class WordEncoder implements PreTokenizer.Words {
        private final CodePoints points;
        private final PairMerger merger = new PairMerger(merges);
        private byte[] bytes = new byte[256];
        private IntList out;

        WordEncoder(CodePoints points) {
            this.points = points;
        }

        @Override
        public void word(int from, int to) {
            int most = Math.multiplyExact(to - from, 4);
            bytes = bytes.length < most ? new byte[most] : bytes;
            int length = points.utf8(from, to, bytes, 0);
            int hash = ByteStringTable.hash(bytes, 0, length);
            if (cache.get(bytes, length, hash, out)) {
                return;
            }
            int start = out.size();
            int whole = wholeWords ? merges.find(bytes, 0, length) : -1;
            if (whole >= 0) {
                out.add(whole);
            } else {
                merger.merge(bytes, length, out);
            }
            if (length <= WordCache.LONGEST) {
                cache.put(bytes, length, hash, out.copy(start));
            }
        }
    }
}
