package dev.runtime.kernel.event;

import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;

/**
 * One step of an engine loop.
 *
 * <p>A loop keeps one instance: {@link #begin} before the step and {@link #finish} after it, if {@link #isEnabled} holds.
 * Neither allocates. For one thread.
 */
@Name("runtime.Step")
@Label("Step")
@Description("One step of an engine loop.")
@Category("Runtime")
@StackTrace(false)
public final class StepEvent extends Event {
    @Label("Model")
    String model;

    @Label("Tokens")
    @Description("Tokens in the batch")
    int tokens;

    @Label("Sequences")
    @Description("Sequences with a token in the batch")
    int sequences;

    @Label("Outputs")
    @Description("Rows that a token was sampled from")
    int outputs;

    /** Ends the step and writes it. */
    public void finish(String model, int tokens, int sequences, int outputs) {
        end();
        this.model = model;
        this.tokens = tokens;
        this.sequences = sequences;
        this.outputs = outputs;
        commit();
    }
}
