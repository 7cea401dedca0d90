package dev.runtime.api.graph;

import dev.runtime.api.Experimental;
import dev.runtime.api.Stable;
import dev.runtime.api.model.ModelShape;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * Operators that choose, join and cut rows, and compute nothing but means.
 *
 * <p>Each Javadoc is the formula, in the notation of {@link Op}.
 */
@Stable
public sealed interface RowOp extends Op {
    @Override
    default Op with(UnaryOperator<Value> values) {
        return switch (this) {
            case Pool o -> new Pool(values.apply(o.x), o.pooling);
            case Concat o -> new Concat(o.parts.stream().map(values).toList(), o.groups);
            case Slice o -> new Slice(values.apply(o.x), o.groups, o.start, o.size);
            case SelectOutputs o -> new SelectOutputs(values.apply(o.x));
            case Input o -> o;
            case SelectRuns o -> new SelectRuns(values.apply(o.x), o.count);
        };
    }

    /** One row a sequence from the step's tokens: mean, first or last row; rows SEQUENCES. */
    record Pool(Value x, ModelShape.Pooling pooling) implements RowOp {
        @Override
        public List<Value> inputs() {
            return List.of(x);
        }
    }

    /**
     * Rows side by side, in order; with {@code groups}, each row is cut into as many equal pieces, and the first pieces of all parts come
     * before the second ones, and so on.
     */
    record Concat(List<Value> parts, int groups) implements RowOp {
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
    record Slice(Value x, int groups, int start, int size) implements RowOp {
        @Override
        public List<Value> inputs() {
            return List.of(x);
        }
    }

    /** The rows whose result was asked for; rows OUTPUTS. */
    record SelectOutputs(Value x) implements RowOp {
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
    record Input(int start, int width) implements RowOp {
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
    record SelectRuns(Value x, int count) implements RowOp {
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
