package dev.runtime.backend.vulkan.dispatch;

import dev.runtime.api.backend.CompileOptions;
import dev.runtime.api.graph.ExpertOp;
import dev.runtime.api.graph.Graph;
import dev.runtime.api.graph.Node;
import dev.runtime.api.graph.Op;
import dev.runtime.api.graph.Rows;
import dev.runtime.api.graph.Value;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Where values are: the results of the graph in memory that the host reads, all others in working memory, which values that are never
 * needed at the same time share.
 */
public final class WorkLayout {
    private final CompileOptions limits;
    private final List<Slot> values = new ArrayList<>();
    private final List<List<Slot>> temporaries = new ArrayList<>();
    private final WorkPlan work = new WorkPlan();
    private final WorkPlan results = new WorkPlan();
    private long workAddress;
    private long resultAddress;

    private record Slot(boolean result, long offset, long bytes, Rows rows, int width) {}

    /** Plans the memory of a graph. */
    public WorkLayout(Graph graph, CompileOptions limits) {
        this.limits = limits;
        Set<Integer> kept = new HashSet<>();
        graph.outputs().values().forEach(value -> kept.add(value.id()));
        int[] last = new int[graph.nodes().size()];
        for (Node node : graph.nodes()) {
            last[node.output().id()] = node.output().id();
            node.op().inputs().forEach(input -> last[input.id()] = node.output().id());
        }
        for (Node node : graph.nodes()) {
            Value value = node.output();
            values.add(slot(kept.contains(value.id()), value.rows(), 1, value.width()));
            List<Slot> own = temporaries(node.op());
            temporaries.add(own);
            own.forEach(this::release);
            for (int v = 0; v < values.size(); v++) {
                if (last[v] == value.id() && !values.get(v).result()) {
                    release(values.get(v));
                }
            }
        }
    }

    /** The memory for work of an operator, in the order in which the compiler takes it. */
    private List<Slot> temporaries(Op op) {
        return switch (op) {
            case Op.GatedFfn o -> List.of(slot(false, o.x().rows(), 1, o.up().out()), slot(false, o.x().rows(), 1, o.up().out()));
            case ExpertOp.MoeFfn o -> {
                int used = o.route().width() / 2;
                yield List.of(slot(false, o.x().rows(), used, o.up().out()), slot(false, o.x().rows(), used, o.up().out()),
                        slot(false, o.x().rows(), used, o.down().out()));
            }
            case Op.Linear o -> o.adapters().stream().map(lora -> slot(false, o.x().rows(), 1, lora.a().out())).toList();
            case Op other -> List.of();
        };
    }

    private Slot slot(boolean result, Rows rows, int share, int width) {
        long bytes = Math.multiplyExact(4L * share * mostRows(rows), width);
        return new Slot(result, (result ? results : work).take(bytes), bytes, rows, width);
    }

    private void release(Slot slot) {
        work.give(slot.offset(), slot.bytes());
    }

    /** Returns the most rows of a step. */
    private int mostRows(Rows rows) {
        return switch (rows) {
            case TOKENS -> limits.maxTokens();
            case OUTPUTS -> limits.maxOutputs();
            case SEQUENCES -> limits.maxSequences();
        };
    }

    /** Returns the bytes of working memory. */
    public long workBytes() {
        return work.size();
    }

    /** Returns the bytes of the results. */
    public long resultBytes() {
        return results.size();
    }

    /** Sets where the working memory and the results are. */
    public void place(long workMemory, long resultMemory) {
        workAddress = workMemory;
        resultAddress = resultMemory;
    }

    /** Returns where a value is. */
    Region region(Value value) {
        return region(values.get(value.id()));
    }

    /** Returns memory for work of a node. */
    Region temporary(Node node, int index) {
        return region(temporaries.get(node.output().id()).get(index));
    }

    private Region region(Slot slot) {
        return new Region((slot.result() ? resultAddress : workAddress) + slot.offset(), slot.bytes(), slot.rows(), slot.width());
    }

    /** Returns the place of a result within the memory for results, and its bytes in the largest step. */
    public Span result(Value value) {
        Slot slot = values.get(value.id());
        return new Span(slot.offset(), slot.bytes());
    }

    /** A run of bytes. */
    public record Span(long offset, long bytes) {}
}
