package dev.runtime.plugin.tokenizers;

import dev.runtime.api.model.Metadata;
import dev.runtime.api.text.Tokenizer.Kind;
import java.util.Arrays;
import java.util.OptionalInt;

/**
 * SentencePiece unigram ({@code t5}): the normalised text is cut so that the sum of the tokens' scores is highest. Characters that are no
 * token cost ten more than the worst token; a run of them is one unknown token.
 */
final class UnigramTokenizer extends VocabularyTokenizer {
    private static final double UNKNOWN_PENALTY = 10;

    private final ByteTrie trie = new ByteTrie();
    private final float[] scores;
    private final byte[] byteOf;
    private final CharacterMap characters;
    private final boolean blankFirst;
    private final boolean mergeBlanks;
    private final int unknown;
    private final double unknownScore;
    private final OptionalInt separator;

    private UnigramTokenizer(Vocabulary vocabulary, Frame frame) {
        super(vocabulary, frame);
        this.scores = vocabulary.scores();
        this.byteOf = ByteTokens.read(vocabulary);
        this.characters = CharacterMap.of(vocabulary.metadata());
        this.blankFirst = vocabulary.flag("add_space_prefix", true);
        this.mergeBlanks = vocabulary.flag("remove_extra_whitespaces", false);
        this.unknown = vocabulary.id("unknown_token_id", 2).orElseThrow(() -> Vocabulary.invalid("unknown_token_id is no token"));
        double worst = 0;
        for (int i = 0; i < vocabulary.size(); i++) {
            Kind kind = vocabulary.kind(i);
            if (kind == Kind.NORMAL || kind == Kind.USER_DEFINED || kind == Kind.UNUSED) {
                trie.putIfAbsent(vocabulary.bytes(i), i);
                worst = kind == Kind.NORMAL ? Math.min(worst, scores[i]) : worst;
            }
        }
        this.unknownScore = worst - UNKNOWN_PENALTY;
        OptionalInt named = vocabulary.id("seperator_token_id");
        this.separator = !vocabulary.flag("add_sep_token", false) ? OptionalInt.empty() : named.isPresent() ? named : end();
    }

    static UnigramTokenizer of(Metadata metadata) {
        Vocabulary vocabulary = Vocabulary.of(metadata);
        return new UnigramTokenizer(vocabulary, new Frame(vocabulary.id("bos_token_id"), vocabulary.id("eos_token_id", 1),
                vocabulary.flag("add_bos_token", false), vocabulary.flag("add_eos_token", true)));
    }

    /** XLM-RoBERTa and its kin put another separator between the texts. */
    @Override
    public int[] encodePair(String first, String second) {
        int[] pair = super.encodePair(first, second);
        if (separator.isEmpty()) {
            return pair;
        }
        int at = pair.length - 1 - encode(second, false, false).length;
        int[] longer = Arrays.copyOf(pair, pair.length + 1);
        System.arraycopy(pair, at, longer, at + 1, pair.length - at);
        longer[at] = separator.getAsInt();
        return longer;
    }

    @Override
    byte[] plain(int token) {
        return ByteTokens.plain(vocabulary, token, byteOf);
    }

    @Override
    boolean dropsLeadingBlank() {
        return blankFirst;
    }

    @Override
    Encoder encoder() {
        return (text, from, to, afterSpecial, out) -> {
            byte[] bytes = new byte[Math.multiplyExact(to - from, 3)];
            Normalized normalized = new Normalized();
            normalized.take(bytes, Utf8.encode(text, from, to, ' ', bytes, 0));
            if (normalized.size > 0) {
                cut(normalized.bytes, normalized.size, out);
            }
        };
    }

    /** The text as the model was trained on it. */
    private final class Normalized {
        private byte[] bytes = new byte[256];
        private int size;
        private boolean inWord;
        private boolean began;

        void take(byte[] text, int length) {
            int i = 0;
            while (i < length) {
                long found = characters.longest(text, i, length);
                int taken = found == 0 ? Math.min(Utf8.length(text[i]), length - i) : (int) (found >>> 32);
                if (found == 0) {
                    for (int k = i; k < i + taken; k++) {
                        add(text[k]);
                    }
                } else {
                    int end = characters.end((int) found);
                    for (int k = (int) found; k < end; k++) {
                        add(characters.at(k));
                    }
                }
                i += taken;
            }
        }

        private void add(byte b) {
            if (size + 4 > bytes.length) {
                bytes = Arrays.copyOf(bytes, Math.multiplyExact(bytes.length, 2));
            }
            if (b == ' ') {
                inWord = false;
                size = mergeBlanks ? size : Utf8.put(ByteTokens.BLANK, bytes, size);
                return;
            }
            if (!inWord && (mergeBlanks || blankFirst && !began)) {
                size = Utf8.put(ByteTokens.BLANK, bytes, size);
                began = true;
            }
            inWord = true;
            bytes[size++] = b;
        }
    }

    /** Finds the best cut by dynamic programming over the ends of tokens. */
    private void cut(byte[] bytes, int length, IntList out) {
        double[] best = new double[length + 1]; // the score of the best cut that ends here
        int[] token = new int[length + 1]; // its last token
        int[] start = new int[length + 1]; // where that begins
        Arrays.fill(best, Double.NEGATIVE_INFINITY);
        best[0] = 0;
        for (int from = 0; from < length;) {
            int character = Math.min(Utf8.length(bytes[from]), length - from);
            boolean covered = false;
            int node = ByteTrie.ROOT;
            for (int to = from + 1; to <= length && (node = trie.child(node, bytes[to - 1])) >= 0; to++) {
                int id = trie.value(node);
                if (id >= 0) {
                    covered |= to - from == character;
                    double score = best[from] + (vocabulary.kind(id) == Kind.USER_DEFINED ? 0 : scores[id]);
                    if (score > best[to]) {
                        best[to] = score;
                        token[to] = id;
                        start[to] = from;
                    }
                }
            }
            int to = from + character;
            if (!covered && best[from] + unknownScore > best[to]) {
                best[to] = best[from] + unknownScore;
                token[to] = unknown;
                start[to] = from;
            }
            from = to;
        }
        emit(token, start, length, out);
    }

    private void emit(int[] token, int[] start, int length, IntList out) {
        int count = 0;
        int[] reversed = new int[length];
        for (int end = length; end > 0; end = start[end]) {
            if (token[end] != unknown || count == 0 || reversed[count - 1] != unknown) {
                reversed[count++] = token[end];
            }
        }
        while (count > 0) {
            out.add(reversed[--count]);
        }
    }
}
