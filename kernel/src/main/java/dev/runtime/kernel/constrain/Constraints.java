package dev.runtime.kernel.constrain;

import dev.runtime.api.text.Tokenizer;
import dev.runtime.kernel.sample.TokenMask;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.WeakHashMap;
import java.util.function.Consumer;

/**
 * Makes the masks of replies. What was compiled for a vocabulary is kept for later requests that demand the same, with the states and masks
 * that were met. Safe for use by many threads; the masks of one tokenizer belong to one thread, that of its model.
 */
public final class Constraints {
    /** Grammars kept for a vocabulary. */
    private static final int MOST_KEPT = 16;

    private final Map<Tokenizer, Vocabulary> vocabularies = new WeakHashMap<>();

    /** What was made for a vocabulary. */
    private static final class Vocabulary {
        private final Map<Set<String>, TokenTrie> tries = new HashMap<>();
        private final Map<ReplyDemand, Compiled> grammars = new LinkedHashMap<>(16, 0.75f, true) {
            private static final long serialVersionUID = 1;

            @Override
            protected boolean removeEldestEntry(Map.Entry<ReplyDemand, Compiled> eldest) {
                return size() > MOST_KEPT;
            }
        };
    }

    /** A grammar, if anything is enforced, and what is not. */
    private record Compiled(Optional<CompiledGrammar> grammar, List<String> notes) {}

    /**
     * Returns what holds a reply to a demand; nothing if nothing is demanded.
     *
     * @param unenforced takes what is demanded but not enforced; may throw
     * @throws dev.runtime.api.RuntimeFailure with {@code request.invalid} for a demand that is malformed, contradicts itself, or is too large
     */
    public Optional<TokenMask> mask(Tokenizer tokenizer, ReplyDemand demand, Consumer<String> unenforced) {
        if (!demand.any()) {
            return Optional.empty();
        }
        Vocabulary vocabulary;
        Compiled known;
        synchronized (vocabularies) {
            vocabulary = vocabularies.computeIfAbsent(tokenizer, _ -> new Vocabulary());
            known = vocabulary.grammars.get(demand);
        }
        Compiled compiled = known != null ? known : compile(tokenizer, vocabulary, demand);
        compiled.notes.forEach(unenforced);
        return compiled.grammar.map(CompiledGrammar::begin);
    }

    private Compiled compile(Tokenizer tokenizer, Vocabulary vocabulary, ReplyDemand demand) {
        List<String> notes = new ArrayList<>();
        Optional<Network> network = ReplyGrammar.of(demand, text -> {
            if (!notes.contains(text)) {
                notes.add(text);
            }
        });
        TokenTrie trie;
        synchronized (vocabulary) {
            trie = vocabulary.tries.computeIfAbsent(demand.markers(), markers -> TokenTrie.of(tokenizer, markers));
        }
        Compiled compiled = new Compiled(network.map(each -> new CompiledGrammar(each, trie)), notes);
        synchronized (vocabularies) {
            Compiled other = vocabulary.grammars.putIfAbsent(demand, compiled);
            return other == null ? compiled : other;
        }
    }
}
