package dev.runtime.kernel.constrain;

import dev.runtime.kernel.sample.TokenMask;

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
        return state().allowed != null;
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
            some |= bits != 0;
            int last = Math.min(logits.length, first + 64);
            for (int token = first; bits != -1 && token < last; token++) {
                if ((bits >>> token & 1) == 0) {
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
