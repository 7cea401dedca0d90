package dev.runtime.plugin.cli.bench;

import dev.runtime.api.Cancellation;
import dev.runtime.api.ErrorCode;
import dev.runtime.api.RuntimeFailure;
import dev.runtime.api.inference.GenerateRequest;
import dev.runtime.api.inference.GenerationEvent;
import dev.runtime.api.inference.Inference;
import dev.runtime.api.inference.Options;
import dev.runtime.api.inference.Prompt;
import dev.runtime.api.inference.Usage;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.Consumer;

/**
 * Measures what guessed tokens bring on any model, whatever it learnt: a bias larger than all scores decides what it says, as likely as the
 * workload wants, while it computes what it always does. Each text is generated without and with guesses in turn, from the same draws, and
 * must be the same.
 */
final class GuessRun {
    private static final double NANOS = 1e9;
    /** So large that only the bias counts. */
    private static final double TEMPERATURE = 1_000;
    private static final double BIAS = 1e6;

    /**
     * A text to generate.
     *
     * @param likely the probability of each token that it may have
     * @param prompt tokens of the prompt, drawn alike
     */
    private record Workload(String name, double[] likely, int prompt) {}

    /** A copy with a change in ten tokens, and a text whose runs were all seen before but went on otherwise seven times of eight. */
    private static final List<Workload> WORKLOADS =
            List.of(new Workload("copy", new double[] {0.9, 0.1}, 64), new Workload("noise", new double[] {1, 1, 1, 1, 1, 1, 1, 1}, 640));

    private final Inference inference;
    private final String model;
    private final BenchPlan plan;
    private final int[] words;
    private final Cancellation cancellation;
    private final Consumer<String> progress;

    GuessRun(Inference inference, String model, BenchPlan plan, int[] words, Cancellation cancellation, Consumer<String> progress) {
        this.inference = inference;
        this.model = model;
        this.plan = plan;
        this.words = words;
        this.cancellation = cancellation;
        this.progress = progress;
    }

    /** Returns two rows a workload, without guesses and with them. */
    List<BenchRow> run() {
        List<BenchRow> rows = new ArrayList<>();
        for (Workload workload : WORKLOADS) {
            if (workload.likely.length > words.length) {
                continue;
            }
            double[] plain = new double[plan.rounds()];
            double[] guessed = new double[plan.rounds()];
            for (int round = -1; round < plan.rounds(); round++) {
                progress.accept(workload.name + (round < 0 ? ", warming up" : ", round " + (round + 1) + " of " + plan.rounds()));
                StringBuilder first = new StringBuilder();
                StringBuilder second = new StringBuilder();
                double without = rate(workload, round, 0, first);
                double with = rate(workload, round, plan.drafts(), second);
                if (!first.toString().contentEquals(second)) {
                    throw new RuntimeFailure(ErrorCode.INTERNAL, "guessed tokens changed the output of " + model + "; this is a fault of the runtime");
                }
                if (round >= 0) {
                    plain[round] = without;
                    guessed[round] = with;
                }
            }
            rows.add(new BenchRow(workload.name + plan.generate() + ", no guesses", "tokens/s", plain));
            rows.add(new BenchRow(workload.name + plan.generate() + ", guesses", "tokens/s", guessed));
        }
        return rows;
    }

    private double rate(Workload workload, int round, int drafts, StringBuilder text) {
        SplittableRandom random = new SplittableRandom(round);
        Map<Integer, Double> bias = new HashMap<>();
        double total = Arrays.stream(workload.likely).sum();
        for (int i = 0; i < workload.likely.length; i++) {
            bias.put(words[i], BIAS + TEMPERATURE * Math.log(workload.likely[i] / total));
        }
        int[] prompt = random.ints(workload.prompt, 0, workload.likely.length)
                .map(i -> words[random.nextDouble() < workload.likely[0] / total ? 0 : i]).toArray();
        Map<String, Object> values = Map.of("temperature", TEMPERATURE, "top_k", workload.likely.length, "top_p", 1.0, "min_p", 0.0,
                "repeat_penalty", 1.0, "seed", round + 1, "num_predict", plan.generate(), "num_ctx", plan.contextLength(),
                "draft_num_predict", drafts);
        Usage[] usage = {Usage.NONE};
        inference.generate(GenerateRequest.of(model, new Prompt.Tokens(prompt)).withOptions(new Options(values, bias)), cancellation, event -> {
            switch (event) {
                case GenerationEvent.Done done -> usage[0] = done.usage();
                case GenerationEvent.Content content -> text.append(content.text());
                case GenerationEvent other -> { }
            }
        });
        return (usage[0].outputTokens() - 1) * NANOS / usage[0].outputTime().toNanos();
    }

    /** Returns the positions that a workload takes. */
    static int contextLength(int generate) {
        return WORKLOADS.stream().mapToInt(Workload::prompt).max().orElse(0) + generate;
    }
}
