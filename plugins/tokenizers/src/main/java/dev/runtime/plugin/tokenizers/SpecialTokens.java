package dev.runtime.plugin.tokenizers;

import dev.runtime.api.text.Tokenizer.Kind;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/**
 * Finds the special tokens in a text: the longest token first, each from left to right, in what longer ones left over.
 *
 * <p>A trie gives the tokens that occur at a place. Where occurrences do not overlap, which is nearly always, they are the result; a run of
 * overlapping ones is searched again token by token.
 */
final class SpecialTokens {
    /** Longer spellings are never marks; the bound keeps the search linear. */
    private static final int LONGEST = 512;

    /** Takes the fragments of a text in order. */
    interface Sink {
        void text(int from, int to);

        void token(int id);
    }

    private final Vocabulary vocabulary;
    private final StripRules strip;
    private final String[] texts; // of the candidates, longest first
    private final int[] ids;
    private final boolean[] always; // found even when control tokens are not to be parsed
    private final BitSet firstChars = new BitSet(0x10000);
    private final Node root = new Node('\0');

    private static final class Node {
        private final char label;
        private Node child;
        private Node sibling;
        private int candidate = -1;

        Node(char label) {
            this.label = label;
        }
    }

    SpecialTokens(Vocabulary vocabulary, StripRules strip) {
        this.vocabulary = vocabulary;
        this.strip = strip;
        List<Map.Entry<String, Integer>> sorted = vocabulary.specials().entrySet().stream()
                .filter(e -> !e.getKey().isEmpty() && e.getKey().length() <= LONGEST)
                .sorted(Comparator.comparingInt((Map.Entry<String, Integer> e) -> -vocabulary.bytes(e.getValue()).length)
                        .thenComparing(Map.Entry::getValue))
                .toList();
        texts = new String[sorted.size()];
        ids = new int[texts.length];
        always = new boolean[texts.length];
        for (int i = 0; i < texts.length; i++) {
            texts[i] = sorted.get(i).getKey();
            ids[i] = sorted.get(i).getValue();
            always[i] = vocabulary.kind(ids[i]) == Kind.USER_DEFINED;
            firstChars.set(texts[i].charAt(0));
            insert(i);
        }
    }

    private void insert(int candidate) {
        Node node = root;
        for (char c : texts[candidate].toCharArray()) {
            Node next = child(node, c);
            if (next == null) {
                next = new Node(c);
                next.sibling = node.child;
                node.child = next;
            }
            node = next;
        }
        node.candidate = candidate;
    }

    private static Node child(Node node, char label) {
        Node next = node.child;
        while (next != null && next.label != label) {
            next = next.sibling;
        }
        return next;
    }

    /** Splits a text. */
    void split(String text, boolean parseSpecial, Sink sink) {
        int end = 0; // of the last token given out
        int clusterStart = -1;
        int clusterEnd = 0;
        int occurrences = 0;
        int candidate = -1;
        for (int i = 0; i < text.length(); i++) {
            if (!firstChars.get(text.charAt(i))) {
                continue;
            }
            Node node = root;
            for (int j = i; j < text.length(); j++) {
                node = child(node, text.charAt(j));
                if (node == null) {
                    break;
                }
                if (node.candidate >= 0 && (parseSpecial || always[node.candidate])) {
                    if (clusterStart >= 0 && i >= clusterEnd) {
                        end = flush(text, end, clusterStart, clusterEnd, occurrences == 1 ? candidate : -1, parseSpecial, sink);
                        clusterStart = -1;
                        occurrences = 0;
                    }
                    clusterStart = clusterStart < 0 ? i : clusterStart;
                    clusterEnd = Math.max(clusterEnd, j + 1);
                    candidate = node.candidate;
                    occurrences++;
                }
            }
        }
        if (clusterStart >= 0) {
            end = flush(text, end, clusterStart, clusterEnd, occurrences == 1 ? candidate : -1, parseSpecial, sink);
        }
        if (end < text.length()) {
            sink.text(end, text.length());
        }
    }

    /** Gives out one run of overlapping occurrences, with the text before it; returns the end of its last token. */
    private int flush(String text, int from, int start, int end, int only, boolean parseSpecial, Sink sink) {
        if (only >= 0) {
            return emit(text, from, start, only, sink);
        }
        long[] found = cluster(text, start, end, parseSpecial);
        int at = from;
        for (long f : found) {
            at = emit(text, at, (int) (f >>> 32), (int) f, sink);
        }
        return at;
    }

    /** Returns the tokens of a run as {@code start << 32 | candidate}, in order. */
    private long[] cluster(String text, int start, int end, boolean parseSpecial) {
        BitSet occurring = new BitSet();
        for (int i = start; i < end; i++) {
            Node node = root;
            for (int j = i; j < end && (node = child(node, text.charAt(j))) != null; j++) {
                if (node.candidate >= 0 && (parseSpecial || always[node.candidate])) {
                    occurring.set(node.candidate);
                }
            }
        }
        BitSet taken = new BitSet(end - start);
        long[] found = new long[16];
        int count = 0;
        for (int c = occurring.nextSetBit(0); c >= 0; c = occurring.nextSetBit(c + 1)) {
            int free = taken.nextClearBit(0);
            while (free < end - start) {
                int next = taken.nextSetBit(free);
                int limit = next < 0 ? end - start : next;
                int i = start + free;
                while ((i = text.indexOf(texts[c], i, start + limit)) >= 0) {
                    taken.set(i - start, i - start + texts[c].length());
                    if (count == found.length) {
                        found = Arrays.copyOf(found, count * 2);
                    }
                    found[count++] = (long) i << 32 | c;
                    i += texts[c].length();
                }
                free = taken.nextClearBit(limit);
            }
        }
        found = Arrays.copyOf(found, count);
        Arrays.sort(found);
        return found;
    }

    private int emit(String text, int from, int start, int candidate, Sink sink) {
        int id = ids[candidate];
        int left = start;
        int right = start + texts[candidate].length();
        if (start < from) {
            // an earlier token stripped into this one; what it ate is white space, so this is a token of white space
            return from;
        }
        if (strip.left(vocabulary, id)) {
            while (left > from && StripRules.blank(text.charAt(left - 1))) {
                left--;
            }
        }
        if (strip.right(vocabulary, id)) {
            while (right < text.length() && StripRules.blank(text.charAt(right))) {
                right++;
            }
        }
        if (left > from) {
            sink.text(from, left);
        }
        sink.token(id);
        return right;
    }
}
