package dev.runtime.api.text;

import dev.runtime.api.Stable;
import java.util.Objects;
import java.util.Optional;

/**
 * How a model family writes the parts of a reply. Where a request demands a form of the answer or a call, the kernel makes a grammar of
 * this, so that what the model then writes is what the parser reads.
 *
 * @param thought the thought that may come first; empty if none may
 * @param answer what stands before an answer, empty if nothing does
 * @param calls how calls are written; empty if the family has no form for them
 */
@Stable
public record ReplyForm(Optional<Thought> thought, String answer, Optional<CallForm> calls) {
    /** A reply that is nothing but its answer. */
    public static final ReplyForm PLAIN = new ReplyForm(Optional.empty(), "", Optional.empty());

    /** Checks. */
    public ReplyForm {
        Objects.requireNonNull(thought, "thought");
        Objects.requireNonNull(answer, "answer");
        Objects.requireNonNull(calls, "calls");
    }

    /**
     * A thought.
     *
     * @param open its opening marker
     * @param close its closing marker, not empty
     * @param begun whether the prompt already opened it; otherwise the model may open one
     */
    public record Thought(String open, String close, boolean begun) {}
}
