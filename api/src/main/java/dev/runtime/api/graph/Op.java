package dev.runtime.api.graph;

import dev.runtime.api.Experimental;
import dev.runtime.api.Stable;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * The operators of a graph, coarse on purpose so that a backend can fuse. Each Javadoc is the formula; arithmetic is
 * in 32-bit floats unless a backend quantises activations for a quantised weight (then within the tolerance of the
 * contract tests). All results are {@code [rows of the input, stated width]}.
 *
 * <p>Here are the operators with weights and attention; {@link ElementOp}, {@link ExpertOp}, {@link RecurrentOp} and {@link RowOp} have the
 * others.
 *
 * <p>Notation: {@code x[t]} is row t, {@code W[o]} row o of a weight, {@code ·} a dot product.
 */
@Stable
public sealed interface Op permits Op.Embed, Op.Linear, Op.RmsNorm, Op.LayerNorm, Op.Rope, Op.Attention, Op.KvWrite, Op.GatedFfn,
        Op.HeadLinear, ElementOp, ExpertOp, RecurrentOp, RowOp {
    /** Returns the values that this operator reads, in order. */
    List<Value> inputs();

    /** Returns the same operator on other values, of the same shapes. */
    Op with(UnaryOperator<Value> values);

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

        @Override
        public Op with(UnaryOperator<Value> values) {
            return this;
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

        @Override
        public Op with(UnaryOperator<Value> values) {
            return new Linear(values.apply(x), weight, bias, adapters);
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

        @Override
        public Op with(UnaryOperator<Value> values) {
            return new RmsNorm(values.apply(x), weight, epsilon, groups);
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

        @Override
        public Op with(UnaryOperator<Value> values) {
            return new LayerNorm(values.apply(x), weight, bias, epsilon, groups);
        }
    }

    /** Rotates each of {@code heads} equal parts of a row by the token's position, see {@link RopeSpec}. */
    record Rope(Value x, int heads, RopeSpec spec) implements Op {
        @Override
        public List<Value> inputs() {
            return List.of(x);
        }

        @Override
        public Op with(UnaryOperator<Value> values) {
            return new Rope(values.apply(x), heads, spec);
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

        @Override
        public Op with(UnaryOperator<Value> values) {
            return new Attention(values.apply(q), k.map(values), v.map(values), spec);
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

        @Override
        public Op with(UnaryOperator<Value> values) {
            return new KvWrite(values.apply(k), values.apply(v), layer);
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

        @Override
        public Op with(UnaryOperator<Value> values) {
            return new GatedFfn(values.apply(x), gate, up, down, activation);
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

        @Override
        public Op with(UnaryOperator<Value> values) {
            return new HeadLinear(values.apply(x), weight);
        }
    }
}
