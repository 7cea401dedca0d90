package dev.runtime.kernel.constrain;

import dev.runtime.kernel.sample.TokenMask;
import java.util.Arrays;

/**
 * Holds one reply to a grammar: which tokens may come next, and where the text stands. Tokens that end a reply may come where the text may
 * end, and only there. For one thread.
 */
final class GrammarMask implements TokenMask {
    private final CompiledGrammar grammar;
    private final TokenTrie trie;
    /** Null before the first token: the automaton belongs to the thread that samples, not to the one that creates this. */
    private Automaton.State state;

    GrammarMask(CompiledGrammar grammar) {
        this.grammar = grammar;
        trie = grammar.trie();
    }

    private Automaton.State state() {
        if (state == null) {
            state = grammar.automaton().start();
        }
        return state;
    }

    @Override
    public boolean known() {
        return grammar.known(state());
    }

    @Override
    public boolean allows(int token) {
        return token < trie.vocabulary()
                && (trie.ends(token) ? state().complete() : grammar.automaton().allows(state(), trie.bytes(token)));
    }

    @Override
    public boolean apply(float[] logits) {
        long[] allowed = grammar.allowed(state());
        boolean some = false;
        for (int first = 0; first < logits.length; first += 64) {
            long bits = first >> 6 < allowed.length ? allowed[first >> 6] : 0;
            int last = Math.min(logits.length, first + 64);
            some |= bits != 0;
            if (bits == 0) {
                Arrays.fill(logits, first, last, Float.NEGATIVE_INFINITY);
                continue;
            }
            for (long left = ~bits; left != 0; left &= left - 1) {
                int token = first + Long.numberOfTrailingZeros(left);
                if (token < last) {
                    logits[token] = Float.NEGATIVE_INFINITY;
                }
            }
        }
        return some;
    }

    @Override
    public void accept(int token) {
        if (!trie.ends(token)) {
            state = grammar.automaton().next(state(), trie.bytes(token));
        }
    }
}
