package dev.runtime.api.graph;

import dev.runtime.api.Stable;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * Operators on the elements of rows, without weights. Results have the shape of the first input.
 *
 * <p>Each Javadoc is the formula, in the notation of {@link Op}.
 */
@Stable
public sealed interface ElementOp extends Op {
    @Override
    default Op with(UnaryOperator<Value> values) {
        return switch (this) {
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
        };
    }

    /** The function applied to each element. */
    record Activate(Value x, Activation activation) implements ElementOp {
        @Override
        public List<Value> inputs() {
            return List.of(x);
        }
    }

    /** {@code a + b}; b has the same shape. */
    record Add(Value a, Value b) implements ElementOp {
        @Override
        public List<Value> inputs() {
            return List.of(a, b);
        }
    }

    /** {@code a * b} element by element; b has the same shape, or width 1 and is repeated. */
    record Mul(Value a, Value b) implements ElementOp {
        @Override
        public List<Value> inputs() {
            return List.of(a, b);
        }
    }

    /** {@code x * factor}. */
    record Scale(Value x, float factor) implements ElementOp {
        @Override
        public List<Value> inputs() {
            return List.of(x);
        }
    }

    /** {@code cap * tanh(x / cap)}. */
    record SoftCap(Value x, float cap) implements ElementOp {
        @Override
        public List<Value> inputs() {
            return List.of(x);
        }
    }

    /** {@code min(max(x, low), high)}. */
    record Clamp(Value x, float low, float high) implements ElementOp {
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
    record PositionScale(Value x, float beta, float length, float offset) implements ElementOp {
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
    record Xielu(Value x, float alphaNegative, float alphaPositive, float beta, float epsilon) implements ElementOp {
        @Override
        public List<Value> inputs() {
            return List.of(x);
        }
    }

    /** {@code y[t] = x[t] * |like[t]| / |x[t]|} with the lengths of whole rows; zero rows stay zero. Both have the same shape. */
    record MatchNorm(Value x, Value like) implements ElementOp {
        @Override
        public List<Value> inputs() {
            return List.of(x, like);
        }
    }

    /** {@code max(0, x - (mean + factor * deviation))} with the mean and the sample standard deviation (of n - 1) of the row. */
    record DeviationCut(Value x, float factor) implements ElementOp {
        @Override
        public List<Value> inputs() {
            return List.of(x);
        }
    }
}
