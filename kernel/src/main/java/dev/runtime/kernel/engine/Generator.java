package dev.runtime.kernel.engine;

import dev.runtime.api.Cancellation;
import dev.runtime.api.ErrorCode;
import dev.runtime.api.RuntimeFailure;
import dev.runtime.api.backend.Program;
import dev.runtime.api.backend.StepInputs;
import dev.runtime.api.graph.Graph;
import dev.runtime.api.inference.FinishReason;
import dev.runtime.api.text.Tokenizer;
import dev.runtime.kernel.event.StepEvent;
import java.lang.System.Logger.Level;
import java.lang.foreign.MemorySegment;
import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongSupplier;

/**
 * Continuous batching: every step evaluates tokens of all sequences that have a place, samples or scores where a result was asked for,
 * and lets sequences leave and join. Steady decoding allocates nothing. For the loop's thread.
 */
final class Generator implements LoopWork<Sequence> {
    private static final System.Logger LOG = System.getLogger(Generator.class.getName());
    private static final int[] NOTHING = {};

    private final String model;
    private final Program program;
    private final KvMemory memory;
    private final Tokenizer tokenizer;
    private final int contextLength;
    private final int vocabulary;
    private final ArrayDeque<Sequence> waiting = new ArrayDeque<>();
    private final Sequence[] active;
    private final int[] freeSlots;
    private final StepInputs inputs;
    private final StepBuilder builder;
    private final StepResults results;
    private final PromptPace pace;
    private final Speculation speculation;
    private final LongSupplier clock;
    private final Optional<PromptEncoder> encoder;
    private final Optional<DraftModel> drafts;
    private final StepEvent event = new StepEvent();
    private int activeCount;
    private int freeSlotCount;

    /**
     * Creates it.
     *
     * @param rows staging for the rows of images in a step, {@code [tokens, width]}; empty if there are none
     * @param encoder what reads prompts, if they are not continued
     * @param drafts a model that guesses ahead, if there is one
     * @param clock gives nanoseconds, by which steps are measured
     */
    Generator(String model, EnginePlan plan, Program program, KvMemory memory, Tokenizer tokenizer, MemorySegment rows,
            Optional<PromptEncoder> encoder, Optional<DraftModel> drafts, LongSupplier clock) {
        this.clock = clock;
        this.encoder = encoder;
        this.drafts = drafts;
        this.model = model;
        this.program = program;
        this.memory = memory;
        this.tokenizer = tokenizer;
        contextLength = plan.contextLength();
        vocabulary = plan.graph().output(Graph.LOGITS).width();
        active = new Sequence[plan.parallel()];
        freeSlots = new int[plan.cache().slots()];
        for (int i = 0; i < freeSlots.length; i++) {
            freeSlots[freeSlotCount++] = i;
        }
        inputs = new StepInputs(plan.limits());
        builder = new StepBuilder(plan.limits(), rows);
        results = new StepResults(program.output(Graph.LOGITS), vocabulary, contextLength, tokenizer);
        StepCost cost = new StepCost(plan.limits().maxTokens());
        pace = new PromptPace(cost);
        speculation = new Speculation(cost, drafts, active.length);
    }

    /** Checks a request and prepares its memory; called on the caller's thread. */
    Sequence sequence(TokenRequest request) {
        if (encoder.isPresent()) {
            PromptCheck.check(request.prompt(), request.images(), encoder.get().longest(), vocabulary);
            return GeneratedSequence.of(encoder.get().decoding(request), request.prompt(), memory, Optional.empty(), contextLength,
                    vocabulary, true);
        }
        boolean begins = tokenizer.addsBegin() && request.prompt().length > 0
                && tokenizer.begin().orElse(-1) == request.prompt()[0];
        return GeneratedSequence.of(request, NOTHING, memory, drafts, contextLength, vocabulary, begins);
    }

    /** Checks a window and prepares its memory; called on the caller's thread. */
    Sequence sequence(int[] window, int from, Cancellation cancellation, CompletableFuture<double[]> result) {
        if (encoder.isPresent()) {
            throw new RuntimeFailure(ErrorCode.REQUEST_UNSUPPORTED, model
                    + " has an encoder that reads prompts, so a text alone has no probabilities; choose a model that continues texts");
        }
        return ScoredSequence.of(window, from, memory, contextLength, vocabulary, cancellation, result);
    }

    @Override
    public void accept(Sequence sequence) {
        waiting.add(sequence);
    }

    @Override
    public boolean step() {
        dropCancelled();
        admit();
        if (activeCount == 0) {
            return false;
        }
        boolean recorded = event.isEnabled();
        if (recorded) {
            event.begin();
        }
        int decoding = decoding();
        boolean prompts = decoding < activeCount;
        if (!prompts) {
            speculation.draft(active, activeCount, builder.budget() - activeCount);
        }
        long start = clock.getAsLong();
        int most = prompts ? pace.promptTokens(decoding, shortestPrompt(), builder.budget() - decoding) : builder.budget();
        builder.build(active, activeCount, most, inputs);
        int promptTokens = prompts ? inputs.tokens() - decoding : 0;
        if (run()) {
            deliver();
            pace.ran(decoding, promptTokens, inputs.tokens(), clock.getAsLong() - start);
        }
        builder.clear();
        if (recorded) {
            event.finish(model, inputs.tokens(), inputs.sequences(), inputs.outputs());
        }
        return true;
    }

    @Override
    public void abandon(RuntimeFailure reason) {
        while (activeCount > 0) {
            fail(activeCount - 1, reason);
        }
        while (!waiting.isEmpty()) {
            tellFailure(waiting.poll(), reason);
        }
    }

    /** Returns the sequences that have one token to evaluate. */
    private int decoding() {
        int count = 0;
        for (int i = 0; i < activeCount; i++) {
            count += active[i].pending() == 1 ? 1 : 0;
        }
        return count;
    }

    /** Returns the length of the shortest sequence that has more to evaluate. */
    private int shortestPrompt() {
        int shortest = contextLength;
        for (int i = 0; i < activeCount; i++) {
            shortest = active[i].pending() > 1 ? Math.min(shortest, active[i].length) : shortest;
        }
        return shortest;
    }

    private void dropCancelled() {
        for (int i = activeCount - 1; i >= 0; i--) {
            if (active[i].cancelled()) {
                fail(i, cancelled());
            }
        }
        if (!waiting.isEmpty()) {
            for (Iterator<Sequence> all = waiting.iterator(); all.hasNext(); ) {
                Sequence sequence = all.next();
                if (sequence.cancelled()) {
                    all.remove();
                    tellFailure(sequence, cancelled());
                }
            }
        }
    }

    private void admit() {
        while (activeCount < active.length && !waiting.isEmpty()) {
            Sequence sequence = waiting.poll();
            active[activeCount++] = sequence;
            if (freeSlotCount > 0) {
                sequence.slot = freeSlots[--freeSlotCount];
            }
            if (!clearSlot(sequence)) {
                continue;
            }
            try {
                sequence.start();
                encode(sequence);
            } catch (RuntimeException | Error e) {
                failSink(activeCount - 1, e);
            }
        }
    }

    /** Lets the encoder read the prompt of a sequence, where there is one; if that fails, fails the sequence. */
    private void encode(Sequence sequence) {
        if (sequence.encoded.length == 0) {
            return;
        }
        try {
            encoder.orElseThrow().run(sequence, memory.cache());
        } catch (RuntimeException | Error e) {
            LOG.log(Level.ERROR, model + ": encoding a prompt of " + sequence.encoded.length + " tokens failed", e);
            fail(indexOf(sequence), StepFailure.of(e));
        }
    }

    /** Forgets the state of a sequence that has one; if that fails, fails the sequence. */
    private boolean clearSlot(Sequence sequence) {
        if (sequence.slot < 0) {
            return true;
        }
        try {
            memory.cache().clearSlot(sequence.slot);
            return true;
        } catch (RuntimeException | Error e) {
            LOG.log(Level.ERROR, model + ": clearing a sequence's state failed", e);
            fail(indexOf(sequence), StepFailure.of(e));
            return false;
        }
    }

    /** Runs the step; if that fails, fails its sequences and forgets all that only the prefix cache still holds. */
    private boolean run() {
        try {
            program.run(inputs, memory.cache());
            return true;
        } catch (RuntimeException | Error e) {
            LOG.log(Level.ERROR, model + ": a step of " + inputs.tokens() + " tokens failed", e);
            RuntimeFailure failure = StepFailure.of(e);
            for (int i = 0; i < builder.count(); i++) {
                fail(indexOf(builder.scheduled(i)), failure);
            }
            memory.pool().evictIdle();
            return false;
        }
    }

    private void deliver() {
        int row = 0;
        for (int i = 0; i < builder.count(); i++) {
            Sequence sequence = builder.scheduled(i);
            int count = builder.results(i);
            sequence.advance();
            if (count > 0) {
                deliver(sequence, row, count);
            }
            row += count;
        }
    }

    private void deliver(Sequence sequence, int row, int count) {
        try {
            switch (sequence) {
                case GeneratedSequence generated -> sample(generated, row, count);
                case ScoredSequence scored -> score(scored, row, count);
            }
        } catch (RuntimeException | Error e) {
            failSink(indexOf(sequence), e);
        }
    }

    private void score(ScoredSequence sequence, int row, int count) {
        try {
            results.score(sequence, row, count);
        } catch (RuntimeFailure e) {
            fail(indexOf(sequence), e);
            return;
        }
        if (sequence.pending() == 0) {
            leave(indexOf(sequence));
            sequence.end();
        }
    }

    private void sample(GeneratedSequence sequence, int row, int count) {
        switch (results.sample(sequence, row, count)) {
            case GOES_ON -> { }
            case STOPPED -> end(sequence, FinishReason.STOP);
            case COMPLETE -> end(sequence, FinishReason.LENGTH);
            case FULL -> {
                // positions in images cannot be moved, an output without its beginning makes no sense to a decoder
                if (sequence.request.shift() && sequence.images.empty() && sequence.encoded.length == 0) {
                    shift(sequence);
                } else {
                    end(sequence, FinishReason.LENGTH);
                }
            }
            case NO_SCORE -> fail(indexOf(sequence), new RuntimeFailure(ErrorCode.DEVICE_FAILED,
                    "the step gave no finite score for any token; the weights may be damaged or the device at fault"));
        }
    }

    private void shift(GeneratedSequence sequence) {
        sequence.shift(contextLength);
        clearSlot(sequence);
    }

    private void end(GeneratedSequence sequence, FinishReason reason) {
        leave(indexOf(sequence));
        sequence.end(reason);
    }

    private void fail(int index, RuntimeFailure failure) {
        Sequence sequence = active[index];
        leave(index);
        tellFailure(sequence, failure);
    }

    /** A sink that throws has lost its right to be called, but not its request's memory to be freed. */
    private void failSink(int index, Throwable cause) {
        LOG.log(Level.WARNING, model + ": the receiver of tokens failed; its request is given up", cause);
        if (index >= 0) {
            fail(index, new RuntimeFailure(ErrorCode.INTERNAL, "the receiver of tokens failed: " + cause, cause));
        }
    }

    private void tellFailure(Sequence sequence, RuntimeFailure failure) {
        try {
            sequence.fail(failure);
        } catch (RuntimeException | Error e) {
            LOG.log(Level.WARNING, model + ": the receiver of tokens failed", e);
        }
    }

    /** Takes a sequence out of the batch and gives back what it holds. */
    private void leave(int index) {
        Sequence sequence = active[index];
        System.arraycopy(active, index + 1, active, index, --activeCount - index);
        active[activeCount] = null;
        sequence.release();
        if (sequence.slot >= 0) {
            freeSlots[freeSlotCount++] = sequence.slot;
        }
    }

    private int indexOf(Sequence sequence) {
        for (int i = 0; i < activeCount; i++) {
            if (active[i] == sequence) {
                return i;
            }
        }
        return -1;
    }

    private static RuntimeFailure cancelled() {
        return new RuntimeFailure(ErrorCode.REQUEST_CANCELLED, "request canceled");
    }
}
