package dev.runtime.kernel.sample;

import dev.runtime.api.inference.SamplingOptions;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** The sampling rules written down with sorted lists: the oracle of {@link Sampler}. */
final class NaiveSampler {
    private NaiveSampler() {}

    private record Scored(int id, double logit) {}

    /**
     * Returns the tokens that are left after all filters, the best first.
     *
     * @param history prompt and output
     */
    static List<Integer> kept(float[] raw, SamplingOptions options, List<Integer> history) {
        return filtered(raw, options, history).stream().map(Scored::id).toList();
    }

    /** Returns the probability of every token. */
    static double[] probabilities(float[] raw, SamplingOptions options, List<Integer> history) {
        List<Scored> left = filtered(raw, options, history);
        double[] all = new double[raw.length];
        double[] shares = softmax(left, options.temperature());
        for (int i = 0; i < shares.length; i++) {
            all[left.get(i).id] = shares[i];
        }
        return all;
    }

    /** Returns the token on whose share u falls. */
    static int draw(float[] raw, SamplingOptions options, List<Integer> history, double u) {
        List<Scored> left = filtered(raw, options, history);
        double[] shares = softmax(left, options.temperature());
        double mass = 0;
        for (int i = 0; i < shares.length; i++) {
            mass += shares[i];
            if (mass > u) {
                return left.get(i).id;
            }
        }
        return left.getLast().id;
    }

    private static List<Scored> filtered(float[] raw, SamplingOptions options, List<Integer> history) {
        List<Scored> all = new ArrayList<>();
        float[] logits = penalized(raw, options, history);
        for (int id = 0; id < logits.length; id++) {
            all.add(new Scored(id, logits[id]));
        }
        List<Scored> left = all.stream().sorted(Comparator.comparingDouble(Scored::logit).reversed().thenComparingInt(Scored::id)).toList();
        if (options.topK() > 0) {
            left = left.subList(0, Math.min(options.topK(), left.size()));
        }
        if (options.typicalP() < 1) {
            left = typical(left, options.typicalP());
        }
        if (options.topP() < 1) {
            left = mass(left, softmax(left, 1), options.topP());
        }
        if (options.minP() > 0) {
            double[] p = softmax(left, 1);
            List<Scored> likely = new ArrayList<>();
            for (int i = 0; i < p.length; i++) {
                if (p[i] >= options.minP() * p[0]) {
                    likely.add(left.get(i));
                }
            }
            left = likely;
        }
        return left;
    }

    private static float[] penalized(float[] raw, SamplingOptions options, List<Integer> history) {
        float[] logits = raw.clone();
        options.logitBias().forEach((id, bias) -> logits[id] += bias.floatValue());
        int n = options.repeatLastN() < 0 ? history.size() : Math.min(options.repeatLastN(), history.size());
        List<Integer> window = history.subList(history.size() - n, history.size());
        for (int id = 0; id < logits.length; id++) {
            int token = id;
            int count = (int) window.stream().filter(t -> t == token).count();
            if (count > 0) {
                float repeat = (float) options.repeatPenalty();
                logits[id] = (logits[id] > 0 ? logits[id] / repeat : logits[id] * repeat)
                        - (count * (float) options.frequencyPenalty() + (float) options.presencePenalty());
            }
        }
        return logits;
    }

    private static List<Scored> typical(List<Scored> left, double p) {
        double[] shares = softmax(left, 1);
        double entropy = 0;
        for (double share : shares) {
            entropy -= share * Math.log(share);
        }
        double expected = entropy;
        List<Integer> order = new ArrayList<>();
        for (int i = 0; i < shares.length; i++) {
            order.add(i);
        }
        order.sort(Comparator.comparingDouble(i -> Math.abs(-Math.log(shares[i]) - expected)));
        List<Scored> sorted = order.stream().map(left::get).toList();
        double[] sortedShares = order.stream().mapToDouble(i -> shares[i]).toArray();
        return mass(sorted, sortedShares, p).stream()
                .sorted(Comparator.comparingDouble(Scored::logit).reversed().thenComparingInt(Scored::id)).toList();
    }

    private static List<Scored> mass(List<Scored> left, double[] shares, double p) {
        double mass = 0;
        for (int i = 0; i < shares.length; i++) {
            mass += shares[i];
            if (mass >= p) {
                return left.subList(0, i + 1);
            }
        }
        return left;
    }

    private static double[] softmax(List<Scored> left, double temperature) {
        double max = left.stream().mapToDouble(Scored::logit).max().orElseThrow();
        double[] p = left.stream().mapToDouble(s -> Math.exp((s.logit - max) / temperature)).toArray();
        double sum = 0;
        for (double x : p) {
            sum += x;
        }
        for (int i = 0; i < p.length; i++) {
            p[i] /= sum;
        }
        return p;
    }
}
