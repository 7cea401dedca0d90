package dev.runtime.kernel.engine;

import dev.runtime.api.ErrorCode;
import dev.runtime.api.RuntimeFailure;
import dev.runtime.api.backend.KvCache;
import dev.runtime.api.backend.Program;
import dev.runtime.api.backend.StepInputs;
import dev.runtime.api.graph.Graph;
import dev.runtime.kernel.event.StepEvent;
import java.lang.System.Logger.Level;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Iterator;

/**
 * Embeds texts, each as a whole in one step, as many in a step as fit; nothing is kept between steps. For the loop's thread.
 */
final class Embedder implements LoopWork<EmbedJob> {
    private static final System.Logger LOG = System.getLogger(Embedder.class.getName());

    private final String model;
    private final EnginePlan plan;
    private final Program program;
    private final KvCache cache;
    private final StepInputs inputs;
    private final MemorySegment vectors;
    private final int width;
    private final int[][] blockTables;
    private final ArrayDeque<EmbedJob> waiting = new ArrayDeque<>();
    private final EmbedJob[] scheduled;
    private final StepEvent event = new StepEvent();
    private int count;

    Embedder(String model, EnginePlan plan, Program program, KvCache cache) {
        this.model = model;
        this.plan = plan;
        this.program = program;
        this.cache = cache;
        inputs = new StepInputs(plan.limits());
        vectors = program.output(Graph.EMBEDDING);
        width = plan.graph().output(Graph.EMBEDDING).width();
        scheduled = new EmbedJob[plan.parallel()];
        blockTables = new int[plan.parallel()][Math.ceilDiv(plan.limits().maxTokens(), EnginePlan.BLOCK_TOKENS)];
    }

    @Override
    public void accept(EmbedJob job) {
        waiting.add(job);
    }

    @Override
    public boolean step() {
        for (Iterator<EmbedJob> jobs = waiting.iterator(); jobs.hasNext(); ) {
            EmbedJob job = jobs.next();
            if (job.cancellation().cancelled()) {
                jobs.remove();
                job.fail(new RuntimeFailure(ErrorCode.REQUEST_CANCELLED, "request canceled"));
            }
        }
        if (waiting.isEmpty()) {
            return false;
        }
        boolean recorded = event.isEnabled();
        if (recorded) {
            event.begin();
        }
        run();
        if (recorded) {
            event.finish(model, inputs.tokens(), inputs.sequences(), count);
        }
        Arrays.fill(scheduled, 0, count, null);
        return true;
    }

    @Override
    public void abandon(RuntimeFailure reason) {
        while (!waiting.isEmpty()) {
            waiting.poll().fail(reason);
        }
    }

    private void build() {
        inputs.clear();
        count = 0;
        int block = 0;
        while (count < scheduled.length && !waiting.isEmpty()
                && inputs.tokens() + waiting.peek().tokens().length <= plan.limits().maxTokens()) {
            EmbedJob job = waiting.poll();
            int place = count++;
            // from here on a failure is told to it
            scheduled[place] = job;
            int[] table = blockTables[place];
            for (int i = 0; plan.cache().blocks() > 0 && i * EnginePlan.BLOCK_TOKENS < job.tokens().length; i++) {
                table[i] = block++;
            }
            int slot = plan.cache().slots() > 0 ? place : -1;
            if (slot >= 0) {
                cache.clearSlot(slot);
            }
            inputs.beginSequence(table, slot);
            for (int position = 0; position < job.tokens().length; position++) {
                inputs.addToken(job.tokens()[position], position, false);
            }
        }
    }

    private void run() {
        try {
            build();
            program.run(inputs, cache);
            for (int i = 0; i < count; i++) {
                float[] vector = new float[width];
                MemorySegment.copy(vectors, ValueLayout.JAVA_FLOAT_UNALIGNED, 4L * i * width, vector, 0, width);
                scheduled[i].complete(vector);
            }
        } catch (RuntimeException | Error e) {
            LOG.log(Level.ERROR, model + ": a step of " + inputs.tokens() + " tokens failed", e);
            RuntimeFailure failure = StepFailure.of(e);
            for (int i = 0; i < count; i++) {
                scheduled[i].fail(failure);
            }
        }
    }
}
