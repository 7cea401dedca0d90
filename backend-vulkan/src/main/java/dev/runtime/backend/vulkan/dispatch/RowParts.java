package dev.runtime.backend.vulkan.dispatch;

import dev.runtime.api.graph.ElementOp;
import dev.runtime.api.graph.Node;
import dev.runtime.api.graph.Op;
import dev.runtime.api.graph.RopeSpec;
import dev.runtime.api.graph.RowOp;
import dev.runtime.api.graph.Value;
import dev.runtime.api.graph.Weight;
import java.util.List;
import java.util.Optional;

/** Operators on rows: tables, norms, rotations, copies of parts and choices of rows. */
final class RowParts {
    private static final int SAME_ROW = 0;
    private static final int OUTPUT_ROW = 1;
    private static final int FIRST_ROW = 2;
    private static final int LAST_ROW = 3;
    private static final int MEAN_ROW = 4;
    private static final int GIVEN_ROW = 5;
    private static final int PER_LANE = 8;
    /** The kernel's number of rows taken one after the other, beside those of {@link Op.Index}. */
    private static final int INDEX_ROW = 3;

    private final Frame frame;
    private final WorkLayout layout;
    private final WeightView weights;
    private final List<Part> parts;

    RowParts(Frame frame, WorkLayout layout, WeightView weights, List<Part> parts) {
        this.frame = frame;
        this.layout = layout;
        this.weights = weights;
        this.parts = parts;
    }

    void embed(Node node, Op.Embed op) {
        Region y = layout.region(node.output());
        long table = weights.matrix(op.table());
        parts.add(new Part(List.of(), List.of(y), (size, to) ->
                table(op.table(), table, y.address(), op.index().ordinal(), op.scale(), frame, size.rows(y.rows()), to)));
    }

    /** Expands the rows of a weight to floats, one after the other. */
    static void expand(Weight weight, long from, long y, Frame frame, Commands to) {
        table(weight, from, y, INDEX_ROW, 1, frame, Math.toIntExact(weight.tensor().dim(1)), to);
    }

    private static void table(Weight weight, long table, long y, int index, float scale, Frame frame, int rows, Commands to) {
        int in = weight.in();
        to.arguments().of(Kernel.EMBED, frame.step(), table, y)
                .integers(Math.toIntExact(weight.tensor().type().bytes(in)), in, index).floats(scale);
        to.dispatch(KernelUse.of(Kernel.EMBED, weight.tensor().type(), in % 8 == 0 ? 1 : 0), frame.groups(in, PER_LANE), rows, 1);
    }

    void rmsNorm(Node node, Op.RmsNorm op) {
        norm(node, op.x(), op.weight(), Optional.empty(), op.epsilon(), op.groups(), false);
    }

    void layerNorm(Node node, Op.LayerNorm op) {
        norm(node, op.x(), op.weight(), op.bias(), op.epsilon(), op.groups(), true);
    }

    private void norm(Node node, Value value, Optional<Weight> weight, Optional<Weight> bias, float epsilon, int groups,
            boolean centered) {
        Region x = layout.region(value);
        Region y = layout.region(node.output());
        long w = weights.vector(weight);
        long b = weights.vector(bias);
        KernelUse use = KernelUse.of(Kernel.NORM, centered ? 1 : 0);
        parts.add(new Part(List.of(x), List.of(y), (size, to) -> {
            to.arguments().of(Kernel.NORM, x.address(), w, b, y.address())
                    .integers(x.width() / groups, groups, shared(weight, x), shared(bias, x)).floats(epsilon);
            to.dispatch(use, groups, size.rows(x.rows()), 1);
        }));
    }

    /** Whether a norm's weight is one part long and serves all parts of a row. */
    private static int shared(Optional<Weight> weight, Region x) {
        return weight.isPresent() && weight.get().tensor().elements() == x.width() ? 0 : 1;
    }

    void matchNorm(Node node, ElementOp.MatchNorm op) {
        measure(layout.region(op.x()), layout.region(op.like()), layout.region(node.output()), 0, 0);
    }

    void deviationCut(Node node, ElementOp.DeviationCut op) {
        measure(layout.region(op.x()), layout.region(op.x()), layout.region(node.output()), op.factor(), 1);
    }

    private void measure(Region x, Region like, Region y, float factor, int cut) {
        KernelUse use = KernelUse.of(Kernel.MEASURE, cut);
        parts.add(new Part(List.of(x, like), List.of(y), (size, to) -> {
            to.arguments().of(Kernel.MEASURE, x.address(), like.address(), y.address()).integers(x.width()).floats(factor);
            to.dispatch(use, 1, size.rows(x.rows()), 1);
        }));
    }

    void rope(Node node, Op.Rope op) {
        RopeSpec spec = op.spec();
        Region x = layout.region(op.x());
        Region y = layout.region(node.output());
        long turns = weights.turns(spec);
        KernelUse use = KernelUse.of(Kernel.ROPE, spec.style() == RopeSpec.Style.ADJACENT ? 1 : 0, spec.axes().isPresent() ? 1 : 0);
        int groups = frame.groups(x.width() / 2, 1);
        parts.add(new Part(List.of(x), List.of(y), (size, to) -> {
            to.arguments().of(Kernel.ROPE, x.address(), y.address(), frame.step(), turns)
                    .integers(op.heads(), x.width() / op.heads(), spec.start(), spec.dims(), x.rows().ordinal())
                    .floats(Turns.magnitude(spec));
            to.dispatch(use, Math.max(1, groups), size.rows(x.rows()), 1);
        }));
    }

    void slice(Node node, RowOp.Slice op) {
        Region x = layout.region(op.x());
        copy(SAME_ROW, x, layout.region(node.output()), op.groups(), op.size(), x.width() / op.groups(), op.start(), op.size(), 0);
    }

    void concat(Node node, RowOp.Concat op) {
        Region y = layout.region(node.output());
        int start = 0;
        for (Value part : op.parts()) {
            int size = part.width() / op.groups();
            copy(SAME_ROW, layout.region(part), y, op.groups(), size, size, 0, y.width() / op.groups(), start);
            start += size;
        }
    }

    /** The result is the value itself. */
    void same(Node node, Value x) {
        rows(SAME_ROW, layout.region(x), layout.region(node.output()));
    }

    void selectOutputs(Node node, RowOp.SelectOutputs op) {
        rows(OUTPUT_ROW, layout.region(op.x()), layout.region(node.output()));
    }

    /** The rows of a run lie behind each other, so a longer row begins at the first. */
    void selectRuns(Node node, RowOp.SelectRuns op) {
        rows(OUTPUT_ROW, layout.region(op.x()), layout.region(node.output()));
    }

    void input(Node node, RowOp.Input op) {
        Region y = layout.region(node.output());
        KernelUse use = KernelUse.of(Kernel.COPY, GIVEN_ROW);
        int workgroups = frame.groups(y.width(), 1);
        parts.add(new Part(List.of(), List.of(y), (step, to) -> {
            to.arguments().of(Kernel.COPY, 0, y.address(), frame.step()).integers(1, y.width(), 0, op.start(), y.width(), 0).floats();
            to.dispatch(use, workgroups, step.rows(y.rows()), 1);
        }));
    }

    void pool(Node node, RowOp.Pool op) {
        int source = switch (op.pooling()) {
            case MEAN -> MEAN_ROW;
            case CLS, RANK -> FIRST_ROW;
            case LAST -> LAST_ROW;
            case NONE -> throw new IllegalStateException("pooling NONE makes no rows of sequences");
        };
        rows(source, layout.region(op.x()), layout.region(node.output()));
    }

    private void rows(int source, Region x, Region y) {
        copy(source, x, y, 1, y.width(), x.width(), 0, y.width(), 0);
    }

    private void copy(int source, Region x, Region y, int groups, int size, int xPart, int xStart, int yPart, int yStart) {
        KernelUse use = KernelUse.of(Kernel.COPY, source);
        int workgroups = frame.groups((long) groups * size, 1);
        parts.add(new Part(List.of(x), List.of(y), (step, to) -> {
            to.arguments().of(Kernel.COPY, x.address(), y.address(), frame.step())
                    .integers(groups, size, xPart, xStart, yPart, yStart).floats();
            to.dispatch(use, workgroups, step.rows(y.rows()), 1);
        }));
    }
}
