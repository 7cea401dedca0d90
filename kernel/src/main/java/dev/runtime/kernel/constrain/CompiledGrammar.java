package dev.runtime.kernel.constrain;

import dev.runtime.kernel.sample.TokenMask;
import java.util.ArrayDeque;

/** A grammar ready for a vocabulary, with the masks of the states that were met so far. Shared by the replies of one model's thread. */
final class CompiledGrammar {
    /** Bytes of masks, which take the most memory: 16 KB each for a vocabulary of 128k. */
    private static final int MOST_BYTES = 16 << 20;

    /** Nodes of the trie that are walked in the time in which the best tokens are asked one by one, roughly. */
    private static final int NODES_PER_MEETING = 8192;

    private final Automaton automaton;
    private final TokenTrie trie;
    private final int patience;
    private final int mostMasks;
    private final ArrayDeque<Automaton.State> masked = new ArrayDeque<>();

    CompiledGrammar(Network network, TokenTrie trie) {
        automaton = new Automaton(network);
        this.trie = trie;
        mostMasks = Math.max(64, MOST_BYTES / (8 + trie.vocabulary() / 8));
        patience = 1 + trie.nodes() / NODES_PER_MEETING;
    }

    /** Begins a reply. */
    TokenMask begin() {
        return new GrammarMask(this);
    }

    Automaton automaton() {
        return automaton;
    }

    TokenTrie trie() {
        return trie;
    }

    /**
     * Tells whether the mask of a state is at hand. It is worked out once the state was met so often that asking for single tokens has
     * cost about as much.
     */
    boolean known(Automaton.State state) {
        if (state.allowed == null && state.met++ >= patience) {
            allowed(state);
        }
        return state.allowed != null;
    }

    /** Returns which tokens may come next in a state; the oldest masks make room for new ones. */
    long[] allowed(Automaton.State state) {
        if (state.allowed == null) {
            if (masked.size() >= mostMasks) {
                Automaton.State oldest = masked.poll();
                oldest.allowed = null;
                oldest.met = 0;
            }
            state.allowed = trie.allowed(automaton, state);
            masked.add(state);
        }
        return state.allowed;
    }
}
