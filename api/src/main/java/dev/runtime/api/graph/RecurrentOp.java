package dev.runtime.api.graph;

import dev.runtime.api.Experimental;
import dev.runtime.api.Stable;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * Operators that run along a sequence and keep a state of fixed size for its next step, in the slot {@code stateLayer} of the
 * {@link CacheLayout}. Results have the shape of the first input, {@link DeltaNet} that of {@code v}.
 *
 * <p>Each Javadoc is the formula, in the notation of {@link Op}.
 */
@Stable
public sealed interface RecurrentOp extends Op {
    @Override
    default Op with(UnaryOperator<Value> values) {
        return switch (this) {
            case Conv1d o -> new Conv1d(values.apply(o.x), o.kernel, o.bias, o.stateLayer);
            case SsmScan o -> new SsmScan(values.apply(o.x), values.apply(o.dt), values.apply(o.b), values.apply(o.c), o.a, o.d, o.heads,
                    o.headSize, o.states, o.groups, o.stateLayer);
            case DeltaNet o -> new DeltaNet(values.apply(o.q), values.apply(o.k), values.apply(o.v), values.apply(o.g), values.apply(o.beta),
                    o.keyHeads, o.valueHeads, o.keySize, o.valueSize, o.tiled, o.stateLayer);
        };
    }

    /**
     * Causal depthwise convolution along each sequence with the state of slot {@code stateLayer}:
     * {@code y[t][c] = bias[c] + sum over j < K of kernel[c][j] * x[t - K + 1 + j][c]}, kernel F32 {@code [K, channels]}. The last
     * {@code K - 1} rows are kept for the next step.
     */
    @Experimental
    record Conv1d(Value x, Weight kernel, Optional<Weight> bias, int stateLayer) implements RecurrentOp {
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
            int stateLayer) implements RecurrentOp {
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
            boolean tiled, int stateLayer) implements RecurrentOp {
        @Override
        public List<Value> inputs() {
            return List.of(q, k, v, g, beta);
        }
    }
}
