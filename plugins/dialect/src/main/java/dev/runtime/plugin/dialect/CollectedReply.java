package dev.runtime.plugin.dialect;

import dev.runtime.api.inference.FinishReason;
import dev.runtime.api.inference.GenerationEvent;
import dev.runtime.api.inference.Logprob;
import dev.runtime.api.inference.ToolCall;
import dev.runtime.api.inference.Usage;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** Collects the events of a generation, for a reply in one piece. For one thread. */
public final class CollectedReply implements Consumer<GenerationEvent> {
    private final StringBuilder text = new StringBuilder();
    private final StringBuilder thought = new StringBuilder();
    private final List<ToolCall> calls = new ArrayList<>();
    private final List<Logprob> logprobs = new ArrayList<>();
    private Optional<GenerationEvent.Rendered> rendered = Optional.empty();
    private GenerationEvent.Done done = new GenerationEvent.Done(FinishReason.STOP, Usage.NONE, List.of(), new int[0]);

    /** Creates an empty reply. */
    public CollectedReply() {}

    @Override
    public void accept(GenerationEvent event) {
        switch (event) {
            case GenerationEvent.Started started -> { }
            case GenerationEvent.Content content -> {
                text.append(content.text());
                logprobs.addAll(content.logprobs());
            }
            case GenerationEvent.Thought thoughts -> {
                thought.append(thoughts.text());
                logprobs.addAll(thoughts.logprobs());
            }
            case GenerationEvent.Called called -> calls.add(called.call());
            case GenerationEvent.Rendered prompt -> rendered = Optional.of(prompt);
            case GenerationEvent.Done end -> done = end;
        }
    }

    /** Returns the text for the user. */
    public String text() {
        return text.toString();
    }

    /** Returns the thoughts. */
    public String thought() {
        return thought.toString();
    }

    /** Returns the tool calls. */
    public List<ToolCall> calls() {
        return calls;
    }

    /** Returns the log probabilities, of thoughts too. */
    public List<Logprob> logprobs() {
        return logprobs;
    }

    /** Returns the prompt, if that was all that was asked for. */
    public Optional<GenerationEvent.Rendered> rendered() {
        return rendered;
    }

    /** Returns the end; without one yet, an end that says nothing. */
    public GenerationEvent.Done done() {
        return done;
    }
}
