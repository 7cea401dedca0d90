package dev.runtime.backend.cpu.ops;

import static dev.runtime.backend.cpu.memory.Memory.f32;
import static dev.runtime.backend.cpu.memory.Memory.f64;

import dev.runtime.api.graph.ExpertOp;
import dev.runtime.api.graph.MoeSpec;

/** {@link ExpertOp.MoeRoute}. */
public final class Routing {
    /** The smallest sum that weights are divided by: the smallest normal number of half precision. */
    private static final double SMALLEST_SUM = 6.103515625e-5;

    private Routing() {}

    /** Returns the bytes of working memory of a row: score, gate and group of each expert, doubles. */
    public static long workBytes(MoeSpec spec) {
        return 8L * (2 * spec.experts() + spec.groups());
    }

    /**
     * Creates the step.
     *
     * @param bias one float an expert, or empty
     * @param factors one float an expert, or empty
     * @param work {@link #workBytes} for each row
     */
    public static Step route(Frame frame, MoeSpec spec, float[] bias, float[] factors, Buffer logits, long work, Buffer y) {
        return new RowStep(frame, logits.rows(), 16 * spec.experts(), row -> {
            route(spec, bias, logits.row(row), work + row * workBytes(spec), y.row(row));
            for (int i = 0; i < spec.used() && factors.length > 0; i++) {
                long weight = y.row(row) + 4L * (spec.used() + i);
                f32(weight, f32(weight) * factors[(int) f32(y.row(row) + 4L * i)]);
            }
        });
    }

    private static void route(MoeSpec spec, float[] bias, long logits, long work, long y) {
        int n = spec.experts();
        long gates = work;
        long scores = work + 8L * n;
        gates(spec, logits, gates);
        for (int e = 0; e < n; e++) {
            f64(scores + 8L * e, f64(gates + 8L * e) + (bias.length == 0 ? 0 : bias[e]));
        }
        if (spec.groups() > 1) {
            dropGroups(spec, scores, scores + 8L * n);
        }
        double sum = 0;
        for (int i = 0; i < spec.used(); i++) {
            int best = best(scores, 0, n);
            f64(scores + 8L * best, Double.NEGATIVE_INFINITY);
            f32(y + 4L * i, best);
            double gate = f64(gates + 8L * best);
            f32(y + 4L * (spec.used() + i), (float) gate);
            sum += gate;
        }
        for (int i = 0; i < spec.used(); i++) {
            long at = y + 4L * (spec.used() + i);
            double weight = spec.gating() == MoeSpec.Gating.SOFTMAX_CHOSEN ? chosen(spec, gates, y, i) : f32(at);
            weight = spec.normalize() ? weight / Math.max(sum, SMALLEST_SUM) : weight;
            f32(at, (float) (weight * spec.scale()));
        }
    }

    private static void gates(MoeSpec spec, long logits, long gates) {
        int n = spec.experts();
        double max = Double.NEGATIVE_INFINITY;
        for (int e = 0; e < n; e++) {
            max = Math.max(max, f32(logits + 4L * e));
        }
        double sum = 0;
        for (int e = 0; e < n; e++) {
            double z = f32(logits + 4L * e);
            double gate = switch (spec.gating()) {
                case SOFTMAX -> Math.exp(z - max);
                case SIGMOID -> 1 / (1 + Math.exp(-z));
                case SOFTMAX_CHOSEN -> z;
            };
            sum += gate;
            f64(gates + 8L * e, gate);
        }
        for (int e = 0; e < n && spec.gating() == MoeSpec.Gating.SOFTMAX; e++) {
            f64(gates + 8L * e, f64(gates + 8L * e) / sum);
        }
    }

    /** The softmax over the chosen experts, of the i-th of them. */
    private static double chosen(MoeSpec spec, long gates, long y, int i) {
        double own = f64(gates + 8L * (int) f32(y + 4L * i));
        double sum = 0;
        for (int j = 0; j < spec.used(); j++) {
            sum += Math.exp(f64(gates + 8L * (int) f32(y + 4L * j)) - own);
        }
        return 1 / sum;
    }

    private static void dropGroups(MoeSpec spec, long scores, long sums) {
        int size = spec.experts() / spec.groups();
        for (int g = 0; g < spec.groups(); g++) {
            int first = best(scores, g * size, (g + 1) * size);
            double best = f64(scores + 8L * first);
            f64(scores + 8L * first, Double.NEGATIVE_INFINITY);
            double second = size == 1 ? 0 : f64(scores + 8L * best(scores, g * size, (g + 1) * size));
            f64(scores + 8L * first, best);
            f64(sums + 8L * g, best + second);
        }
        for (int i = 0; i < spec.groupsUsed(); i++) {
            f64(sums + 8L * best(sums, 0, spec.groups()), Double.NEGATIVE_INFINITY);
        }
        for (int e = 0; e < spec.experts(); e++) {
            if (f64(sums + 8L * (e / size)) != Double.NEGATIVE_INFINITY) {
                f64(scores + 8L * e, Double.NEGATIVE_INFINITY);
            }
        }
    }

    /** The index of the largest number, the smallest index of equal ones. */
    private static int best(long numbers, int from, int to) {
        int best = from;
        for (int i = from + 1; i < to; i++) {
            if (f64(numbers + 8L * i) > f64(numbers + 8L * best)) {
                best = i;
            }
        }
        return best;
    }
}
