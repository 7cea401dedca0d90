package dev.runtime.backend.cpu.kernels;

import static dev.runtime.backend.cpu.memory.Memory.f32;
import static dev.runtime.backend.cpu.memory.Memory.f64;

import dev.runtime.api.graph.Activation;
import dev.runtime.api.graph.AttentionSpec;
import dev.runtime.api.model.TensorType;
import dev.runtime.backend.cpu.memory.Memory;
import dev.runtime.backend.cpu.quant.Dequantizer;
import dev.runtime.backend.cpu.quant.Dequantizers;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * The meaning of each kernel in plain loops: weights are expanded to floats, inputs stay floats, sums are doubles. The oracle
 * of all others, and the way to compute where no vectors are at hand.
 */
public final class ScalarKernels implements Kernels {
    private static final Map<TensorType, Dequantizer> DEQUANTIZERS = new EnumMap<>(TensorType.class);

    static {
        for (TensorType type : TensorType.values()) {
            Dequantizers.of(type).ifPresent(d -> DEQUANTIZERS.put(type, d));
        }
    }

    @Override
    public List<String> features() {
        return List.of("scalar");
    }

    @Override
    public InputForm inputForm(TensorType weight) {
        return InputForm.FLOAT;
    }

    @Override
    public long preparedBytes(InputForm form, int width, int columns) {
        return 0;
    }

    @Override
    public int prepareParts(InputForm form, int columns) {
        return 0;
    }

    @Override
    public void prepare(InputForm form, int width, long x, int columns, long prepared, int part) {
        throw new IllegalStateException("scalar kernels need no preparation");
    }

    @Override
    public int chunkRows(Matrix weight, int columns, int threads) {
        return Math.max(1, 16_384 / weight.in());
    }

    @Override
    public long productScratch(int width, int columns) {
        return 4L * width;
    }

    @Override
    public void product(Matrix weight, int from, int to, long x, long prepared, int columns, long y, int stride, long scratch) {
        Dequantizer dequantizer = DEQUANTIZERS.get(weight.type());
        for (int o = from; o < to; o++) {
            dequantizer.expand(weight.row(o), weight.in(), scratch);
            for (int c = 0; c < columns; c++) {
                f32(y + 4 * ((long) c * stride + o), (float) dot(scratch, x + 4L * c * weight.in(), weight.in()));
            }
        }
    }

    /** Four sums, added at the end, because one would wait for itself. */
    private static double dot(long a, long b, int n) {
        double s0 = 0;
        double s1 = 0;
        double s2 = 0;
        double s3 = 0;
        int i = 0;
        for (; i < n - 3; i += 4) {
            s0 += (double) f32(a + 4L * i) * f32(b + 4L * i);
            s1 += (double) f32(a + 4L * i + 4) * f32(b + 4L * i + 4);
            s2 += (double) f32(a + 4L * i + 8) * f32(b + 4L * i + 8);
            s3 += (double) f32(a + 4L * i + 12) * f32(b + 4L * i + 12);
        }
        for (; i < n; i++) {
            s0 += (double) f32(a + 4L * i) * f32(b + 4L * i);
        }
        return s0 + s1 + (s2 + s3);
    }

    @Override
    public void rmsNorm(long x, long weight, long y, int n, float epsilon) {
        double squares = dot(x, x, n);
        double factor = 1 / Math.sqrt(squares / n + epsilon);
        for (int i = 0; i < n; i++) {
            f32(y + 4L * i, (float) (f32(x + 4L * i) * factor * (weight == 0 ? 1 : f32(weight + 4L * i))));
        }
    }

    @Override
    public void layerNorm(long x, long weight, long bias, long y, int n, float epsilon) {
        double sum = 0;
        for (int i = 0; i < n; i++) {
            sum += f32(x + 4L * i);
        }
        double mean = sum / n;
        double squares = 0;
        for (int i = 0; i < n; i++) {
            squares += (f32(x + 4L * i) - mean) * (f32(x + 4L * i) - mean);
        }
        double factor = 1 / Math.sqrt(squares / n + epsilon);
        for (int i = 0; i < n; i++) {
            double scaled = (f32(x + 4L * i) - mean) * factor * (weight == 0 ? 1 : f32(weight + 4L * i));
            f32(y + 4L * i, (float) (scaled + (bias == 0 ? 0 : f32(bias + 4L * i))));
        }
    }

    @Override
    public void activate(Activation function, long x, long y, int n) {
        for (int i = 0; i < n; i++) {
            f32(y + 4L * i, (float) Functions.apply(function, f32(x + 4L * i)));
        }
    }

    @Override
    public void gate(Activation function, long gate, long up, long y, int n) {
        for (int i = 0; i < n; i++) {
            f32(y + 4L * i, (float) Functions.gate(function, f32(gate + 4L * i), f32(up + 4L * i)));
        }
    }

    @Override
    public void softCap(long x, float cap, long y, int n) {
        for (int i = 0; i < n; i++) {
            f32(y + 4L * i, (float) Functions.softCap(f32(x + 4L * i), cap));
        }
    }

    @Override
    public void add(long a, long b, long y, int n) {
        for (int i = 0; i < n; i++) {
            f32(y + 4L * i, f32(a + 4L * i) + f32(b + 4L * i));
        }
    }

    @Override
    public void multiply(long a, long b, long y, int n) {
        for (int i = 0; i < n; i++) {
            f32(y + 4L * i, f32(a + 4L * i) * f32(b + 4L * i));
        }
    }

    @Override
    public void scale(long x, float factor, long y, int n) {
        for (int i = 0; i < n; i++) {
            f32(y + 4L * i, f32(x + 4L * i) * factor);
        }
    }

    @Override
    public void accumulate(long x, float factor, long y, int n) {
        for (int i = 0; i < n; i++) {
            f32(y + 4L * i, f32(y + 4L * i) + factor * f32(x + 4L * i));
        }
    }

    /** Scores and sums of values in doubles, then one expanded key or value. */
    @Override
    public long attentionScratch(AttentionSpec spec, int positions) {
        return 8L * positions + 8L * spec.valueSize() + 4L * Math.max(spec.keySize(), spec.valueSize());
    }

    @Override
    public int attentionTokens() {
        return 1;
    }

    @Override
    public void attention(AttentionCall call, int kvHead, int fromToken, int toToken, long scratch) {
        int group = call.spec().heads() / call.spec().kvHeads();
        for (int t = fromToken; t < toToken; t++) {
            for (int head = kvHead * group; head < (kvHead + 1) * group; head++) {
                attend(call, t, head, kvHead, scratch);
            }
        }
    }

    private static void attend(AttentionCall call, int t, int head, int kvHead, long scratch) {
        AttentionSpec spec = call.spec();
        int first = call.firstVisible(t);
        int end = call.endVisible(t);
        long sums = scratch + 8L * (end - first);
        long row = sums + 8L * spec.valueSize();
        Dequantizer keys = DEQUANTIZERS.get(call.keyType());
        double max = call.hasSinks() ? call.sink(head) : Double.NEGATIVE_INFINITY;
        for (int p = first; p < end; p++) {
            keys.expand(call.key(t, kvHead, p), spec.keySize(), row);
            double score = spec.scale() * dot(call.query(t, head), row, spec.keySize());
            score = spec.softCap() == 0 ? score : Functions.softCap(score, spec.softCap());
            score += call.bias(head, t, p);
            f64(scratch + 8L * (p - first), score);
            max = Math.max(max, score);
        }
        Memory.clear(sums, 8L * spec.valueSize());
        double total = call.hasSinks() ? Math.exp(call.sink(head) - max) : 0;
        Dequantizer values = DEQUANTIZERS.get(call.valueType());
        for (int p = first; p < end; p++) {
            double weight = Math.exp(f64(scratch + 8L * (p - first)) - max);
            total += weight;
            values.expand(call.value(t, kvHead, p), spec.valueSize(), row);
            for (int i = 0; i < spec.valueSize(); i++) {
                f64(sums + 8L * i, f64(sums + 8L * i) + weight * f32(row + 4L * i));
            }
        }
        for (int i = 0; i < spec.valueSize(); i++) {
            f32(call.result(t, head) + 4L * i, (float) (f64(sums + 8L * i) / total));
        }
    }
}
