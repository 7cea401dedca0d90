package dev.runtime.plugin.output.parsers;

import java.util.ArrayList;
import dev.runtime.api.text.CallForm;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * The markers of a family.
 *
 * @param thoughts pairs of markers around a thought
 * @param thinksAnywhere whether a thought may begin after content too
 * @param calls what begins after a marker that opens calls
 * @param dropped markers that say nothing
 * @param bare calls without an opening marker, tried where a reply begins with one of these characters
 * @param form how calls are written where they are demanded
 */
record Syntax(
        List<Thought> thoughts,
        boolean thinksAnywhere,
        Map<String, Function<Tools, CallBlock>> calls,
        List<String> dropped,
        Optional<Bare> bare,
        Optional<CallForm> form) {
    static final Thought THINK = new Thought("<think>", "</think>");

    /** Markers around a thought. */
    record Thought(String open, String close) {}

    /** Calls without an opening marker. */
    record Bare(String firstCharacters, Function<Tools, CallBlock> block) {}

    /** Returns a syntax with thoughts at the beginning only and no calls. */
    static Syntax thinking(Thought... thoughts) {
        return new Syntax(List.of(thoughts), false, Map.of(), List.of(), Optional.empty(), Optional.empty());
    }

    Syntax withCalls(String open, Function<Tools, CallBlock> block) {
        Map<String, Function<Tools, CallBlock>> all = new LinkedHashMap<>(calls);
        all.put(open, block);
        return new Syntax(thoughts, thinksAnywhere, all, dropped, bare, form);
    }

    Syntax withCalls(String open, Supplier<CallBlock> block) {
        return withCalls(open, _ -> block.get());
    }

    Syntax withDropped(String... markers) {
        List<String> all = new ArrayList<>(dropped);
        all.addAll(List.of(markers));
        return new Syntax(thoughts, thinksAnywhere, calls, all, bare, form);
    }

    Syntax withThoughtsAnywhere() {
        return new Syntax(thoughts, true, calls, dropped, bare, form);
    }

    Syntax withBareCalls(String firstCharacters, Function<Tools, CallBlock> block) {
        return new Syntax(thoughts, thinksAnywhere, calls, dropped, Optional.of(new Bare(firstCharacters, block)), form);
    }

    Syntax withForm(CallForm written) {
        return new Syntax(thoughts, thinksAnywhere, calls, dropped, bare, Optional.of(written));
    }
}
