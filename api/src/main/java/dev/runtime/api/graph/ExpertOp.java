package dev.runtime.api.graph;

import dev.runtime.api.Experimental;
import dev.runtime.api.Stable;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * Mixtures of experts: the choice for each token, and the feed-forward block of what was chosen.
 *
 * <p>Each Javadoc is the formula, in the notation of {@link Op}.
 */
@Stable
public sealed interface ExpertOp extends Op {
    @Override
    default Op with(UnaryOperator<Value> values) {
        return switch (this) {
            case MoeRoute o -> new MoeRoute(values.apply(o.logits), o.spec, o.bias, o.factors);
            case MoeFfn o -> new MoeFfn(values.apply(o.x), values.apply(o.route), o.gate, o.up, o.down, o.biases, o.activation, o.scaleInput);
        };
    }

    /**
     * Chooses experts. {@code logits [tokens, experts]}; score = gating(logits) + bias (the bias counts for choosing only);
     * the result {@code [tokens, 2 * used]} holds the numbers of the chosen experts, best first, as floats, then their weights, each
     * multiplied by the expert's of {@code factors} at last. Of equal scores the smaller number wins.
     */
    @Experimental
    record MoeRoute(Value logits, MoeSpec spec, Optional<Weight> bias, Optional<Weight> factors) implements ExpertOp {
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
            Activation activation, boolean scaleInput) implements ExpertOp {
        /** Returns whether experts have a gate. */
        public boolean gated() {
            return !gate.equals(up);
        }

        @Override
        public List<Value> inputs() {
            return List.of(x, route);
        }
    }
}
