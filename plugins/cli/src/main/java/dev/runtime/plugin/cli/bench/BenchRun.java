package dev.runtime.plugin.cli.bench;

import dev.runtime.api.Cancellation;
import dev.runtime.api.RuntimeFailure;
import dev.runtime.api.inference.GenerateRequest;
import dev.runtime.api.inference.GenerationEvent;
import dev.runtime.api.inference.Inference;
import dev.runtime.api.inference.Options;
import dev.runtime.api.inference.Prompt;
import dev.runtime.api.inference.Usage;
import dev.runtime.api.text.Tokenizer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;

/**
 * Measures a loaded model through the interface that all dialects use. Prompts are random tokens, other ones each time, so that the prefix
 * cache helps only where that is what is measured; tokens are chosen greedily and the end of the text is forbidden.
 */
public final class BenchRun {
    private static final double NANOS = 1e9;
    private static final double MILLIS = 1e6;
    private static final String MILLISECONDS = "ms";
    private static final double FORBIDDEN = -1e9;

    /** Warm enough: so many measurements in a row that were not better than the best before by this factor; or after so long. */
    private static final int STEADY = 3;
    private static final double BETTER = 1.02;
    private static final long MOST_NANOS = 20_000_000_000L;

    private final Inference inference;
    private final String model;
    private final BenchPlan plan;
    private final Cancellation cancellation;
    private final Consumer<String> progress;
    private final SplittableRandom random = new SplittableRandom(1);
    private final Map<Integer, Double> bias = new HashMap<>();
    private final int[] words;

    /** Prepares; {@code progress} is told what is under way. */
    public BenchRun(Inference inference, String model, BenchPlan plan, Cancellation cancellation, Consumer<String> progress) {
        this.inference = inference;
        this.model = model;
        this.plan = plan;
        this.cancellation = cancellation;
        this.progress = progress;
        Tokenizer tokenizer = inference.tokenizer(model);
        List<Integer> usable = new ArrayList<>();
        for (int id = 0; id < tokenizer.size(); id++) {
            if (tokenizer.endsGeneration(id)) {
                bias.put(id, FORBIDDEN);
            } else {
                usable.add(id);
            }
        }
        words = usable.stream().mapToInt(Integer::intValue).toArray();
    }

    /** Measures everything that the plan names, each part beforehand until it gets no faster, which does not count. */
    public List<BenchRow> run() {
        List<BenchRow> rows = new ArrayList<>();
        if (plan.prompt() > 0) {
            rows.add(measure("pp" + plan.prompt(), "tokens/s", this::promptRate));
        }
        if (plan.generate() > 1) {
            String name = "tg" + plan.generate() + (plan.depth() > 0 ? " @" + plan.depth() : "");
            for (int sequences : plan.parallel()) {
                rows.add(measure(sequences == 1 ? name : name + " x" + sequences, "tokens/s", () -> generationRate(sequences)));
            }
        }
        if (plan.guesses()) {
            rows.addAll(new GuessRun(inference, model, plan, words, cancellation, progress).run());
        }
        if (plan.shared() > 0) {
            List<Double> again = new ArrayList<>();
            rows.add(measure("first token, " + plan.shared() + " new", MILLISECONDS, () -> {
                int[] start = tokens(plan.shared());
                double first = firstToken(start);
                again.add(firstToken(start));
                return first;
            }));
            double[] counted = again.subList(again.size() - plan.rounds(), again.size()).stream().mapToDouble(Double::doubleValue).toArray();
            rows.add(new BenchRow("first token, " + plan.shared() + " shared", MILLISECONDS, counted));
        }
        return rows;
    }

    /** Something that gives a figure each time. */
    private interface Measurement {
        double take();
    }

    private BenchRow measure(String name, String unit, Measurement measurement) {
        warmUp(name, unit.equals(MILLISECONDS), measurement);
        double[] values = new double[plan.rounds()];
        for (int i = 0; i < values.length; i++) {
            progress.accept(name + ", round " + (i + 1) + " of " + values.length);
            values[i] = measurement.take();
        }
        return new BenchRow(name, unit, values);
    }

    /** Java compiles what runs often, and the engine re-orders weights beside the first requests: what is asked here is how fast it is then. */
    private void warmUp(String name, boolean least, Measurement measurement) {
        long end = System.nanoTime() + MOST_NANOS;
        double best = 0;
        int steady = 0;
        do {
            progress.accept(name + ", warming up");
            double value = measurement.take();
            double rate = least ? 1 / value : value;
            steady = rate > best * BETTER ? 0 : steady + 1;
            best = Math.max(best, rate);
        } while (steady < STEADY && System.nanoTime() < end);
    }

    private double promptRate() {
        Usage usage = generate(tokens(plan.prompt()), 1);
        return (usage.promptTokens() - usage.cachedTokens()) * NANOS / usage.promptTime().toNanos();
    }

    private double firstToken(int[] start) {
        int[] prompt = new int[start.length + BenchPlan.OWN];
        System.arraycopy(start, 0, prompt, 0, start.length);
        System.arraycopy(tokens(BenchPlan.OWN), 0, prompt, start.length, BenchPlan.OWN);
        return generate(prompt, 1).promptTime().toNanos() / MILLIS;
    }

    /** Returns the tokens per second of all sequences together. Each one's first token counts to its prompt. */
    private double generationRate(int sequences) {
        List<Usage> usages = together(sequences);
        double rate = 0;
        for (Usage usage : usages) {
            rate += (usage.outputTokens() - 1) * NANOS / usage.outputTime().toNanos();
        }
        return rate;
    }

    private List<Usage> together(int sequences) {
        List<int[]> prompts = new ArrayList<>();
        for (int i = 0; i < sequences; i++) {
            prompts.add(tokens(Math.max(1, plan.depth())));
        }
        if (sequences == 1) {
            return List.of(generate(prompts.getFirst(), plan.generate()));
        }
        // read beforehand, so that all of them begin at once
        prompts.forEach(prompt -> generate(prompt, 1));
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Usage>> running = prompts.stream().map(p -> threads.submit(() -> generate(p, plan.generate()))).toList();
            List<Usage> usages = new ArrayList<>();
            for (Future<Usage> each : running) {
                usages.add(result(each));
            }
            return usages;
        }
    }

    private static Usage result(Future<Usage> running) {
        try {
            return running.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while measuring", e);
        } catch (ExecutionException e) {
            throw e.getCause() instanceof RuntimeFailure failure ? failure : new IllegalStateException(e.getCause());
        }
    }

    private Usage generate(int[] prompt, int most) {
        Map<String, Object> values = Map.of("temperature", 0, "repeat_penalty", 1.0, "num_predict", most, "num_ctx", plan.contextLength(),
                "draft_num_predict", plan.drafts());
        GenerateRequest request = GenerateRequest.of(model, new Prompt.Tokens(prompt)).withOptions(new Options(values, bias));
        Usage[] usage = {Usage.NONE};
        inference.generate(request, cancellation, event -> {
            if (event instanceof GenerationEvent.Done done) {
                usage[0] = done.usage();
            }
        });
        return usage[0];
    }

    private int[] tokens(int count) {
        return random.ints(count, 0, words.length).map(i -> words[i]).toArray();
    }
}
