package dev.runtime.api.graph;

import dev.runtime.api.Experimental;
import dev.runtime.api.Stable;
import dev.runtime.api.model.ModelShape;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * The operators of a graph, coarse on purpose so that a backend can fuse. Each Javadoc is the formula; arithmetic is
 * in 32-bit floats unless a backend quantises activations for a quantised weight (then within the tolerance of the
 * contract tests). All results are {@code [rows of the input, stated width]}.
 *
 * <p>Notation: {@code x[t]} is row t, {@code W[o]} row o of a weight, {@code ·} a dot product.
 */
@Stable
public sealed interface Op {
    /** Returns the values that this operator reads, in order. */
    List<Value> inputs();

    /** Returns the same operator on other values, of the same shapes. */
    default Op with(UnaryOperator<Value> values) {
        return switch (this) {
            case Embed o -> o;
            case Linear o -> new Linear(values.apply(o.x), o.weight, o.bias, o.adapters);
            case RmsNorm o -> new RmsNorm(values.apply(o.x), o.weight, o.epsilon, o.groups);
            case LayerNorm o -> new LayerNorm(values.apply(o.x), o.weight, o.bias, o.epsilon, o.groups);
            case Rope o -> new Rope(values.apply(o.x), o.heads, o.spec);
            case Attention o -> new Attention(values.apply(o.q), o.k.map(values), o.v.map(values), o.spec);
            case KvWrite o -> new KvWrite(values.apply(o.k), values.apply(o.v), o.layer);
            case GatedFfn o -> new GatedFfn(values.apply(o.x), o.gate, o.up, o.down, o.activation);
            case Activate o -> new Activate(values.apply(o.x), o.activation);
            case Add o -> new Add(values.apply(o.a), values.apply(o.b));
            case Mul o -> new Mul(values.apply(o.a), values.apply(o.b));
            case Scale o -> new Scale(values.apply(o.x), o.factor);
            case SoftCap o -> new SoftCap(values.apply(o.x), o.cap);
            case Clamp o -> new Clamp(values.apply(o.x), o.low, o.high);
            case PositionScale o -> new PositionScale(values.apply(o.x), o.beta, o.length, o.offset);
            case Xielu o -> new Xielu(values.apply(o.x), o.alphaNegative, o.alphaPositive, o.beta, o.epsilon);
            case MatchNorm o -> new MatchNorm(values.apply(o.x), values.apply(o.like));
            case DeviationCut o -> new DeviationCut(values.apply(o.x), o.factor);
            case HeadLinear o -> new HeadLinear(values.apply(o.x), o.weight);
            case MoeRoute o -> new MoeRoute(values.apply(o.logits), o.spec, o.bias, o.factors);
            case MoeFfn o -> new MoeFfn(values.apply(o.x), values.apply(o.route), o.gate, o.up, o.down, o.biases, o.activation, o.scaleInput);
            case Conv1d o -> new Conv1d(values.apply(o.x), o.kernel, o.bias, o.stateLayer);
            case SsmScan o -> new SsmScan(values.apply(o.x), values.apply(o.dt), values.apply(o.b), values.apply(o.c), o.a, o.d, o.heads,
                    o.headSize, o.states, o.groups, o.stateLayer);
            case DeltaNet o -> new DeltaNet(values.apply(o.q), values.apply(o.k), values.apply(o.v), values.apply(o.g), values.apply(o.beta),
                    o.keyHeads, o.valueHeads, o.keySize, o.valueSize, o.tiled, o.stateLayer);
            case Pool o -> new Pool(values.apply(o.x), o.pooling);
            case Concat o -> new Concat(o.parts.stream().map(values).toList(), o.groups);
            case Slice o -> new Slice(values.apply(o.x), o.groups, o.start, o.size);
            case SelectOutputs o -> new SelectOutputs(values.apply(o.x));
            case Input o -> o;
            case SelectRuns o -> new SelectRuns(values.apply(o.x), o.count);
        };
    }

    /** Which row of a table a token takes. */
    enum Index {
        /** Its token id; a token that came as an embedding takes that row instead, unscaled. */
        TOKEN,
        /** Its position. */
        POSITION,
        /** Row 0 for every token. */
        FIRST
    }

    /** {@code y[t] = scale * table[index(t)]}; width {@code table.in()}, rows TOKENS. */
    record Embed(Weight table, Index index, float scale) implements Op {
        @Override
        public List<Value> inputs() {
            return List.of();
        }
    }

    /** A low-rank addition {@code scale * B (A x)}, {@code A [in, r]}, {@code B [r, out]}. */
    record Lora(Weight a, Weight b, float scale) {}

    /** {@code y[t][o] = W[o] · x[t] + bias[o] + sum of adapters}; width {@code weight.out()}. */
    record Linear(Value x, Weight weight, Optional<Weight> bias, List<Lora> adapters) implements Op {
        /** Checks widths and copies. */
        public Linear {
            if (x.width() != weight.in()) {
                throw new IllegalArgumentException("linear: input width " + x.width() + ", weight " + weight.tensor());
            }
            adapters = List.copyOf(adapters);
        }

        @Override
        public List<Value> inputs() {
            return List.of(x);
        }
    }

    /**
     * Each row is cut into {@code groups} equal parts, each part {@code p} becomes
     * {@code p / sqrt(mean(p^2) + epsilon) * weight}. The weight is as long as a part (shared) or as the row.
     */
    record RmsNorm(Value x, Optional<Weight> weight, float epsilon, int groups) implements Op {
        @Override
        public List<Value> inputs() {
            return List.of(x);
        }
    }

    /**
     * As {@link RmsNorm}, with {@code (p - mean) / sqrt(variance + epsilon) * weight + bias} and the population variance.
     */
    record LayerNorm(Value x, Optional<Weight> weight, Optional<Weight> bias, float epsilon, int groups) implements Op {
        @Override
        public List<Value> inputs() {
            return List.of(x);
        }
    }

    /** Rotates each of {@code heads} equal parts of a row by the token's position, see {@link RopeSpec}. */
    record Rope(Value x, int heads, RopeSpec spec) implements Op {
        @Override
        public List<Value> inputs() {
            return List.of(x);
        }
    }

    /**
     * Softmax attention over the sequence of each token, and the only access to the KV cache.
     *
     * <p>The step's keys {@code k [tokens, kvHeads * keySize]} and values {@code v [tokens, kvHeads * valueSize]} are written
     * to the cache at the tokens' positions first. Without {@code k} (then also without {@code v}) the layer was written by an
     * earlier node, or with {@link AttentionSpec#cross} by a {@link KvWrite} of another graph. Without {@code v}
     * alone, the value of a position is the last {@code valueSize} elements of its key.
     * Then for head h of token t, over the visible positions p of its sequence:
     * {@code s[p] = cap(scale * q[t][h] · key[p][h']) - slope[h] * |p - position(t)| + bias[bucket(p - position(t))][h]} (slopes of ALiBi, see
     * {@link AttentionSpec}, and biases of {@link DistanceBias}),
     * {@code y[t][h] = sum exp(s[p] - m) value[p][h'] / (sum exp(s[p] - m) + exp(sink[h] - m))}. Width
     * {@code heads * valueSize}.
     */
    record Attention(Value q, Optional<Value> k, Optional<Value> v, AttentionSpec spec) implements Op {
        /** Checks widths. */
        public Attention {
            if (q.width() != spec.heads() * spec.keySize()
                    || k.isPresent() && k.get().width() != spec.kvHeads() * spec.keySize()
                    || v.isPresent() && v.get().width() != spec.kvHeads() * spec.valueSize()
                    || v.isPresent() && k.isEmpty()) {
                throw new IllegalArgumentException("attention: widths " + q + " " + k + " " + v + " do not fit " + spec);
            }
        }

        @Override
        public List<Value> inputs() {
            return k.isEmpty() ? List.of(q) : v.isEmpty() ? List.of(q, k.get()) : List.of(q, k.get(), v.get());
        }
    }

    /**
     * Writes keys {@code [tokens, heads * keySize]} and values {@code [tokens, heads * valueSize]} to a layer of the KV cache at the tokens'
     * positions; the result is the keys. For an encoder, whose layers a decoder's graph reads, see {@link AttentionSpec#cross}.
     */
    @Experimental
    record KvWrite(Value k, Value v, CacheLayout.KvLayer layer) implements Op {
        /** Checks widths. */
        public KvWrite {
            if (k.width() != Math.multiplyExact(layer.heads(), layer.keySize()) || v.width() != Math.multiplyExact(layer.heads(), layer.valueSize())) {
                throw new IllegalArgumentException("kv write: widths " + k + " " + v + " do not fit " + layer);
            }
        }

        @Override
        public List<Value> inputs() {
            return List.of(k, v);
        }
    }

    /** {@code down (act(gate x) * (up x))}, the feed-forward block of most models; width {@code down.out()}. */
    record GatedFfn(Value x, Weight gate, Weight up, Weight down, Activation activation) implements Op {
        /** Checks widths. */
        public GatedFfn {
            if (x.width() != gate.in() || x.width() != up.in() || gate.out() != up.out() || down.in() != up.out()) {
                throw new IllegalArgumentException("gated ffn: input width " + x.width() + ", gate " + gate.tensor() + ", up "
                        + up.tensor() + ", down " + down.tensor());
            }
        }

        @Override
        public List<Value> inputs() {
            return List.of(x);
        }
    }

    /** The function applied to each element. */
    record Activate(Value x, Activation activation) implements Op {
        @Override
        public List<Value> inputs() {
            return List.of(x);
        }
    }

    /** {@code a + b}; b has the same shape. */
    record Add(Value a, Value b) implements Op {
        @Override
        public List<Value> inputs() {
            return List.of(a, b);
        }
    }

    /** {@code a * b} element by element; b has the same shape, or width 1 and is repeated. */
    record Mul(Value a, Value b) implements Op {
        @Override
        public List<Value> inputs() {
            return List.of(a, b);
        }
    }

    /** {@code x * factor}. */
    record Scale(Value x, float factor) implements Op {
        @Override
        public List<Value> inputs() {
            return List.of(x);
        }
    }

    /** {@code cap * tanh(x / cap)}. */
    record SoftCap(Value x, float cap) implements Op {
        @Override
        public List<Value> inputs() {
            return List.of(x);
        }
    }

    /** {@code min(max(x, low), high)}. */
    record Clamp(Value x, float low, float high) implements Op {
        /** Checks the bounds. */
        public Clamp {
            if (!(low <= high)) {
                throw new IllegalArgumentException("clamp: from " + low + " to " + high);
            }
        }

        @Override
        public List<Value> inputs() {
            return List.of(x);
        }
    }

    /**
     * {@code y[t] = x[t] * (1 + beta * ln(1 + floor((position(t) + offset) / length)))}: queries grow with the position, so that attention
     * over long contexts stays sharp.
     */
    record PositionScale(Value x, float beta, float length, float offset) implements Op {
        /** Checks the length. */
        public PositionScale {
            if (!(length >= 1)) {
                throw new IllegalArgumentException("position scale: length " + length);
            }
        }

        @Override
        public List<Value> inputs() {
            return List.of(x);
        }
    }

    /**
     * {@code p x^2 + beta x} for {@code x > 0}, else {@code (exp(min(x, epsilon)) - 1 - x) n + beta x}, with
     * {@code p = softplus(alphaPositive)} and {@code n = beta + softplus(alphaNegative)}. Source: Huang and Schlag 2024 (xIELU).
     */
    record Xielu(Value x, float alphaNegative, float alphaPositive, float beta, float epsilon) implements Op {
        @Override
        public List<Value> inputs() {
            return List.of(x);
        }
    }

    /** {@code y[t] = x[t] * |like[t]| / |x[t]|} with the lengths of whole rows; zero rows stay zero. Both have the same shape. */
    record MatchNorm(Value x, Value like) implements Op {
        @Override
        public List<Value> inputs() {
            return List.of(x, like);
        }
    }

    /** {@code max(0, x - (mean + factor * deviation))} with the mean and the sample standard deviation (of n - 1) of the row. */
    record DeviationCut(Value x, float factor) implements Op {
        @Override
        public List<Value> inputs() {
            return List.of(x);
        }
    }

    /**
     * Each of the weight's matrices on its part of the row: {@code y[t][h][o] = W[h][o] · x[t][h]}; weight {@code [in, out, heads]}, x of
     * width {@code heads * in}, result of width {@code heads * out}.
     */
    record HeadLinear(Value x, Weight weight) implements Op {
        /** Checks widths. */
        public HeadLinear {
            if (x.width() != Math.multiplyExact((long) weight.in(), weight.tensor().dim(2))) {
                throw new IllegalArgumentException("head linear: input width " + x.width() + ", weight " + weight.tensor());
            }
        }

        @Override
        public List<Value> inputs() {
            return List.of(x);
        }
    }

    /**
     * Chooses experts. {@code logits [tokens, experts]}; score = gating(logits) + bias (the bias counts for choosing only);
     * the result {@code [tokens, 2 * used]} holds the numbers of the chosen experts, best first, as floats, then their weights, each
     * multiplied by the expert's of {@code factors} at last. Of equal scores the smaller number wins.
     */
    @Experimental
    record MoeRoute(Value logits, MoeSpec spec, Optional<Weight> bias, Optional<Weight> factors) implements Op {
        /** Creates one without factors. */
        public MoeRoute(Value logits, MoeSpec spec, Optional<Weight> bias) {
            this(logits, spec, bias, Optional.empty());
        }

        @Override
        public List<Value> inputs() {
            return List.of(logits);
        }
    }

    /** Optional biases of stacked experts, each F32 {@code [out, experts]}. */
    record ExpertBiases(Weight gate, Weight up, Weight down) {}

    /**
     * {@code y = sum over chosen e of w_e * (down_e (act(gate_e x) * up_e x))}, with biases added to each product if given;
     * with {@code scaleInput} it is {@code down_e (act(gate_e (w_e x)) * up_e (w_e x))} instead. Stacked weights
     * {@code [in, out, experts]}; {@code route} is the result of {@link MoeRoute}. With the same weight as gate and up there is no gate:
     * {@code down_e (act(up_e x))}.
     */
    @Experimental
    record MoeFfn(Value x, Value route, Weight gate, Weight up, Weight down, Optional<ExpertBiases> biases,
            Activation activation, boolean scaleInput) implements Op {
        /** Returns whether experts have a gate. */
        public boolean gated() {
            return !gate.equals(up);
        }

        @Override
        public List<Value> inputs() {
            return List.of(x, route);
        }
    }

    /**
     * Causal depthwise convolution along each sequence with the state of slot {@code stateLayer}:
     * {@code y[t][c] = bias[c] + sum over j < K of kernel[c][j] * x[t - K + 1 + j][c]}, kernel F32 {@code [K, channels]}. The last
     * {@code K - 1} rows are kept for the next step.
     */
    @Experimental
    record Conv1d(Value x, Weight kernel, Optional<Weight> bias, int stateLayer) implements Op {
        @Override
        public List<Value> inputs() {
            return List.of(x);
        }
    }

    /**
     * Selective state space scan along each sequence. For head h, element p, state n, group {@code g = h / (heads / groups)}:
     * {@code S[h][p][n] = exp(dt[h] * a[h][n]) * S[h][p][n] + dt[h] * b[g][n] * x[h][p]},
     * {@code y[h][p] = sum over n of c[g][n] * S[h][p][n] + d[h] * x[h][p]}. {@code a} is F32 {@code [states or 1, heads]},
     * {@code d} F32 of {@code heads} elements. Source: Gu and Dao 2023, Dao and Gu 2024 (Mamba, Mamba 2).
     */
    @Experimental
    record SsmScan(Value x, Value dt, Value b, Value c, Weight a, Weight d, int heads, int headSize, int states, int groups,
            int stateLayer) implements Op {
        @Override
        public List<Value> inputs() {
            return List.of(x, dt, b, c);
        }
    }

    /**
     * Gated delta rule along each sequence. For value head h with key head k(h), state {@code S [valueSize, keySize]}:
     * {@code S = g[h] S; u = beta[h] (v[h] - S k); S = S + u k^T; y[h] = S q}. With {@code tiled}, {@code k(h) = h % keyHeads},
     * else {@code h / (valueHeads / keyHeads)}. Source: Yang et al. 2024 (Gated Delta Networks).
     */
    @Experimental
    record DeltaNet(Value q, Value k, Value v, Value g, Value beta, int keyHeads, int valueHeads, int keySize, int valueSize,
            boolean tiled, int stateLayer) implements Op {
        @Override
        public List<Value> inputs() {
            return List.of(q, k, v, g, beta);
        }
    }

    /** One row a sequence from the step's tokens: mean, first or last row; rows SEQUENCES. */
    record Pool(Value x, ModelShape.Pooling pooling) implements Op {
        @Override
        public List<Value> inputs() {
            return List.of(x);
        }
    }

    /**
     * Rows side by side, in order; with {@code groups}, each row is cut into as many equal pieces, and the first pieces of all parts come
     * before the second ones, and so on.
     */
    record Concat(List<Value> parts, int groups) implements Op {
        /** Copies and checks. */
        public Concat {
            parts = List.copyOf(parts);
            for (Value part : parts) {
                if (groups < 1 || part.width() % groups != 0) {
                    throw new IllegalArgumentException("concat: " + part + " in " + groups + " groups");
                }
            }
        }

        /** Creates one of whole rows. */
        public Concat(List<Value> parts) {
            this(parts, 1);
        }

        @Override
        public List<Value> inputs() {
            return parts;
        }
    }

    /** Of each of {@code groups} equal parts of a row, the elements from {@code start} on, {@code size} many; width {@code groups * size}. */
    record Slice(Value x, int groups, int start, int size) implements Op {
        @Override
        public List<Value> inputs() {
            return List.of(x);
        }
    }

    /** The rows whose result was asked for; rows OUTPUTS. */
    record SelectOutputs(Value x) implements Op {
        @Override
        public List<Value> inputs() {
            return List.of(x);
        }
    }

    /**
     * Elements {@code start} to {@code start + width} of the rows that tokens came with, see {@link
     * dev.runtime.api.backend.StepInputs#embeddings}; zeros for a token that came by its id. Rows TOKENS.
     */
    @Experimental
    record Input(int start, int width) implements Op {
        /** Checks the range. */
        public Input {
            if (start < 0 || width < 1) {
                throw new IllegalArgumentException("input: " + width + " elements from " + start);
            }
        }

        @Override
        public List<Value> inputs() {
            return List.of();
        }
    }

    /**
     * For each row asked for, it and the rows after it, {@code count} of them side by side; rows OUTPUTS. All are of the same sequence and
     * step.
     */
    @Experimental
    record SelectRuns(Value x, int count) implements Op {
        /** Checks the count. */
        public SelectRuns {
            if (count < 1) {
                throw new IllegalArgumentException("select runs: " + count + " rows");
            }
        }

        @Override
        public List<Value> inputs() {
            return List.of(x);
        }
    }
}
