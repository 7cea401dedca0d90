package dev.runtime.kernel.engine;

import dev.runtime.api.backend.KvCache;
import dev.runtime.api.backend.Program;
import dev.runtime.api.backend.StepInputs;

/**
 * The encoder of a model whose output is not the prompt's continuation: reads a prompt as a whole, in a step of its own, and leaves what it
 * found in the layers of the cache that the decoder looks at. For the loop's thread.
 */
final class PromptEncoder {
    private final Program program;
    private final EnginePlan.Encoder plan;
    private final StepInputs inputs;

    PromptEncoder(Program program, EnginePlan.Encoder plan) {
        this.program = program;
        this.plan = plan;
        inputs = new StepInputs(plan.limits());
    }

    /** Returns the tokens of the longest prompt. */
    int longest() {
        return plan.limits().maxTokens();
    }

    /** Returns a request for the decoder alone: its output begins after the first token. */
    TokenRequest decoding(TokenRequest request) {
        return request.withPrompt(new int[] {plan.start()});
    }

    /** Encodes the prompt of a sequence. */
    void run(Sequence sequence, KvCache cache) {
        sequence.table.reserve(sequence.encoded.length);
        inputs.clear();
        inputs.beginSequence(sequence.table.blocks(), sequence.slot);
        for (int position = 0; position < sequence.encoded.length; position++) {
            inputs.addToken(sequence.encoded[position], position, false);
        }
        program.run(inputs, cache);
    }
}
