package dev.runtime.api.inference;

import dev.runtime.api.Stable;
import java.util.List;

/** What happens during a generation, in order; {@link Done} is the last. */
@Stable
public sealed interface GenerationEvent {
    /** The rendered prompt, for {@link GenerateRequest#renderOnly}. */
    record Rendered(String prompt, int images) implements GenerationEvent {}

    /** The model is loaded and the prompt accepted: from now on the status of a reply is settled. */
    record Started(String model, int promptTokens, int cachedTokens) implements GenerationEvent {}

    /** Text for the user; may be empty where it only carries log probabilities. */
    record Content(String text, List<Logprob> logprobs) implements GenerationEvent {
        /** Copies. */
        public Content {
            logprobs = List.copyOf(logprobs);
        }
    }

    /** A piece of a thought. */
    record Thought(String text, List<Logprob> logprobs) implements GenerationEvent {
        /** Copies. */
        public Thought {
            logprobs = List.copyOf(logprobs);
        }
    }

    /** A complete tool call. */
    record Called(ToolCall call) implements GenerationEvent {}

    /**
     * The end.
     *
     * @param reason why
     * @param usage counts and times
     * @param notes what was ignored, truncated, repaired or replaced; nothing is silent
     * @param context tokens of prompt and answer
     */
    record Done(FinishReason reason, Usage usage, List<String> notes, int[] context) implements GenerationEvent {
        /** Copies. */
        public Done {
            notes = List.copyOf(notes);
        }
    }
}
