package dev.runtime.backend.vulkan.dispatch;

import dev.runtime.api.graph.Activation;
import dev.runtime.api.graph.ElementOp;
import java.util.List;

/** Operators on single elements, all of one kernel. */
final class Elements {
    private static final int PER_LANE = 8;
    private static final int MOST_GROUPS = 65_535;

    private Elements() {}

    /**
     * An operation with its numbers.
     *
     * @param code the kernel's number of it
     * @param function the kernel's number of the activation
     */
    record Operation(int code, int function, float f0, float f1, float f2, float f3) {
        private Operation(int code, float f0, float f1) {
            this(code, 0, f0, f1, 0, 0);
        }
    }

    static Operation sum() {
        return new Operation(0, 0, 0);
    }

    /** The product with a value of the same shape, or of width 1. */
    static Operation product(boolean repeated) {
        return new Operation(repeated ? 2 : 1, 0, 0);
    }

    static Operation scale(float factor) {
        return new Operation(3, factor, 0);
    }

    static Operation softCap(float cap) {
        return new Operation(4, cap, 0);
    }

    static Operation clamp(ElementOp.Clamp op) {
        return new Operation(5, op.low(), op.high());
    }

    static Operation xielu(ElementOp.Xielu op) {
        return new Operation(6, 0, softplus(op.alphaPositive()), op.beta() + softplus(op.alphaNegative()), op.beta(), op.epsilon());
    }

    static Operation activate(Activation function) {
        return new Operation(7, function.ordinal(), 0, 0, 0, 0);
    }

    static Operation gate(Activation function) {
        return new Operation(8, function.ordinal(), 0, 0, 0, 0);
    }

    static Operation positionScale(ElementOp.PositionScale op) {
        return new Operation(9, 0, op.beta(), op.length(), op.offset(), 0);
    }

    private static float softplus(double z) {
        return (float) (z > 20 ? z : Math.log1p(Math.exp(z)));
    }

    /** Adds {@code y = operation(a, b)}; {@code share} rows of work stand for one row of the value. */
    static void add(Frame frame, List<Part> parts, Operation op, Region a, Region b, Region y, int share) {
        KernelUse use = KernelUse.of(Kernel.ELEMENTWISE, op.code(), op.function());
        parts.add(new Part(List.of(a, b), List.of(y), (size, to) -> {
            int elements = Math.multiplyExact(size.rows(y.rows()) * share, y.width());
            int groups = frame.groups(elements, PER_LANE);
            int x = Math.min(groups, MOST_GROUPS);
            to.arguments().of(Kernel.ELEMENTWISE, a.address(), b.address(), y.address(), frame.step())
                    .integers(y.width(), elements, y.rows().ordinal()).floats(op.f0(), op.f1(), op.f2(), op.f3());
            to.dispatch(use, x, x == 0 ? 0 : Math.ceilDiv(groups, x), 1);
        }));
    }
}
