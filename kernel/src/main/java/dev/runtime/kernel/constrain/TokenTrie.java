package dev.runtime.kernel.constrain;

import dev.runtime.api.text.Tokenizer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;

/**
 * The tokens that a constrained text may be made of, as a trie over their bytes in the order of a walk: each node knows the first node
 * after its subtree, so whatever cannot come next is skipped at once. Immutable, for many threads.
 */
final class TokenTrie {
    /** Longer tokens are never offered. */
    private static final int LONGEST = 512;

    private final int vocabulary;
    private final byte[][] bytes;
    private final BitSet ends;
    private final byte[] labels;
    private final short[] depths;
    private final int[] after;
    /** By node, where its tokens begin in {@link #tokens}, and how many there are: several may be spelled alike. */
    private final int[] firstToken;
    private final int[] tokenCount;
    private final int[] tokens;

    private TokenTrie(byte[][] bytes, BitSet ends, int[] sorted) {
        this.vocabulary = bytes.length;
        this.bytes = bytes;
        this.ends = ends;
        this.tokens = sorted;
        int most = 0;
        for (int token : sorted) {
            most += bytes[token].length;
        }
        byte[] label = new byte[most];
        short[] depth = new short[most];
        int[] skip = new int[most];
        int[] first = new int[most];
        int[] number = new int[most];
        int[] path = new int[LONGEST];
        int nodes = 0;
        int open = 0;
        byte[] last = {};
        for (int i = 0; i < sorted.length; i++) {
            byte[] text = bytes[sorted[i]];
            int same = Math.max(0, Arrays.mismatch(last, text));
            same = Arrays.equals(last, text) ? text.length : same;
            for (; open > same; open--) {
                skip[path[open - 1]] = nodes;
            }
            for (; open < text.length; open++) {
                path[open] = nodes;
                label[nodes] = text[open];
                depth[nodes] = (short) open;
                nodes++;
            }
            int leaf = path[text.length - 1];
            first[leaf] = number[leaf]++ == 0 ? i : first[leaf];
            last = text;
        }
        for (; open > 0; open--) {
            skip[path[open - 1]] = nodes;
        }
        labels = Arrays.copyOf(label, nodes);
        depths = Arrays.copyOf(depth, nodes);
        after = Arrays.copyOf(skip, nodes);
        firstToken = Arrays.copyOf(first, nodes);
        tokenCount = Arrays.copyOf(number, nodes);
    }

    /**
     * Builds the trie of a vocabulary.
     *
     * @param markers spellings of control tokens that may be written
     */
    static TokenTrie of(Tokenizer tokenizer, Set<String> markers) {
        byte[][] bytes = new byte[tokenizer.size()][];
        boolean[] marker = new boolean[tokenizer.size()];
        for (String spelling : markers) {
            OptionalInt special = tokenizer.special(spelling);
            special.ifPresent(id -> marker[id] = true);
        }
        List<Integer> used = new ArrayList<>();
        BitSet ends = new BitSet();
        for (int token = 0; token < bytes.length; token++) {
            bytes[token] = new byte[0];
            if (tokenizer.endsGeneration(token)) {
                ends.set(token);
                continue;
            }
            boolean text = switch (tokenizer.kind(token)) {
                case NORMAL, USER_DEFINED, BYTE -> true;
                case CONTROL -> marker[token];
                case UNKNOWN, UNUSED -> false;
            };
            byte[] spelled = text ? tokenizer.bytes(token) : bytes[token];
            if (spelled.length > 0 && spelled.length <= LONGEST) {
                bytes[token] = spelled;
                used.add(token);
            }
        }
        used.sort((a, b) -> {
            int order = Arrays.compareUnsigned(bytes[a], bytes[b]);
            return order != 0 ? order : Integer.compare(a, b);
        });
        return new TokenTrie(bytes, ends, used.stream().mapToInt(i -> i).toArray());
    }

    /** Tells whether a token ends a reply. */
    boolean ends(int token) {
        return ends.get(token);
    }

    /** Returns what a token writes; nothing for one that may not be used. Callers do not write into it. */
    byte[] bytes(int token) {
        return bytes[token];
    }

    int vocabulary() {
        return vocabulary;
    }

    int nodes() {
        return labels.length;
    }

    /** Returns which tokens may come next in a state, a bit for each. */
    long[] allowed(Automaton automaton, Automaton.State state) {
        long[] bits = new long[(vocabulary + 63) / 64];
        if (state.complete()) {
            ends.stream().forEach(token -> bits[token >> 6] |= 1L << token);
        }
        Automaton.State[] path = new Automaton.State[LONGEST + 1];
        path[0] = state;
        int nodes = labels.length;
        int node = 0;
        while (node < nodes) {
            int depth = depths[node];
            Automaton.State next = automaton.next(path[depth], labels[node]);
            if (next == Automaton.State.DEAD) {
                node = after[node];
                continue;
            }
            path[depth + 1] = next;
            for (int i = 0; i < tokenCount[node]; i++) {
                int token = tokens[firstToken[node] + i];
                bits[token >> 6] |= 1L << token;
            }
            node++;
        }
        return bits;
    }
}
