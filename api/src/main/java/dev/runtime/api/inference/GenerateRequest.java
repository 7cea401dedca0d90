package dev.runtime.api.inference;

import dev.runtime.api.Stable;
import java.util.Objects;

/**
 * One request for a generation, the same for all dialects.
 *
 * @param model a model reference
 * @param prompt what to start from
 * @param options options by name
 * @param format the shape of the answer
 * @param thinking whether to think
 * @param keepAlive how long the model stays
 * @param truncate whether a prompt that is too long may be cut; otherwise it is refused
 * @param shift whether old tokens may be dropped when the context is full; otherwise the generation ends
 * @param topLogprobs -1 for no log probabilities, 0 for those of the chosen tokens, n for n alternatives each
 * @param renderOnly whether to stop after rendering the prompt, which is reported as {@link GenerationEvent.Rendered}
 * @param toolChoice whether a call is demanded
 */
@Stable
public record GenerateRequest(
        String model,
        Prompt prompt,
        Options options,
        OutputFormat format,
        Thinking thinking,
        KeepAlive keepAlive,
        boolean truncate,
        boolean shift,
        int topLogprobs,
        boolean renderOnly,
        ToolChoice toolChoice) {
    /** Checks. */
    public GenerateRequest {
        Objects.requireNonNull(model, "model");
        Objects.requireNonNull(prompt, "prompt");
        Objects.requireNonNull(options, "options");
        Objects.requireNonNull(toolChoice, "toolChoice");
    }

    /** Creates a request that demands no call. */
    public GenerateRequest(String model, Prompt prompt, Options options, OutputFormat format, Thinking thinking, KeepAlive keepAlive,
            boolean truncate, boolean shift, int topLogprobs, boolean renderOnly) {
        this(model, prompt, options, format, thinking, keepAlive, truncate, shift, topLogprobs, renderOnly, ToolChoice.FREE);
    }

    /** Creates a request with defaults for everything else. */
    public static GenerateRequest of(String model, Prompt prompt) {
        return new GenerateRequest(model, prompt, Options.NONE, new OutputFormat.Free(), Thinking.DEFAULT,
                new KeepAlive.Unchanged(), true, true, -1, false);
    }

    /** Returns the same with other options. */
    public GenerateRequest withOptions(Options other) {
        return new GenerateRequest(model, prompt, other, format, thinking, keepAlive, truncate, shift, topLogprobs, renderOnly,
                toolChoice);
    }

    /** Returns the same with thinking set. */
    public GenerateRequest withThinking(Thinking other) {
        return new GenerateRequest(model, prompt, options, format, other, keepAlive, truncate, shift, topLogprobs, renderOnly,
                toolChoice);
    }

    /** Returns the same with another keep-alive. */
    public GenerateRequest withKeepAlive(KeepAlive other) {
        return new GenerateRequest(model, prompt, options, format, thinking, other, truncate, shift, topLogprobs, renderOnly,
                toolChoice);
    }

    /** Returns the same with another format. */
    public GenerateRequest withFormat(OutputFormat other) {
        return new GenerateRequest(model, prompt, options, other, thinking, keepAlive, truncate, shift, topLogprobs, renderOnly,
                toolChoice);
    }

    /** Returns the same with another choice about calls. */
    public GenerateRequest withToolChoice(ToolChoice other) {
        return new GenerateRequest(model, prompt, options, format, thinking, keepAlive, truncate, shift, topLogprobs, renderOnly,
                other);
    }
}
