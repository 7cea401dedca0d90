package dev.runtime.backend.vulkan.dispatch;

import dev.runtime.api.backend.CompileOptions;
import dev.runtime.api.backend.StepCheck;
import dev.runtime.api.backend.StepInputs;
import dev.runtime.api.backend.WeightSource;
import dev.runtime.api.graph.Graph;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** A graph made ready for a device: its weights and working memory there, its inputs and results where both see them, and its parts. */
public final class ProgramMemory implements AutoCloseable {
    private final StepCheck check;
    private final StepMemory step;
    private final Frame frame;
    private final List<Memory.Run> own = new ArrayList<>();
    private final WeightStore weights;
    private final List<Part> parts;
    private final Map<String, MemorySegment> outputs = new HashMap<>();

    /**
     * A device as programs need it.
     *
     * @param toDevice memory that the host writes and kernels read
     * @param work memory for weights and values
     * @param toHost memory that kernels write and the host reads
     * @param lanes lanes of a workgroup
     * @param columns columns of a product that go together
     * @param once runs what is added to commands, one dispatch at most, to its end; it is told the allocations that may be touched
     */
    public record Target(Memory toDevice, Memory work, Memory toHost, int lanes, int columns,
            BiConsumer<List<Memory.Run>, Consumer<Commands>> once) {}

    /** Returns the bytes that a program would allocate. */
    public static long bytes(Graph graph, CompileOptions options) {
        WorkLayout layout = new WorkLayout(graph, options);
        return Math.addExact(Math.addExact(layout.workBytes(), layout.resultBytes()),
                Math.addExact(new StepMemory(graph, options).bytes(), WeightStore.bytes(graph)));
    }

    /** Allocates, uploads the weights and compiles; after a failure nothing stays allocated. */
    public ProgramMemory(Target target, Graph graph, WeightSource source, CompileOptions options) {
        check = new StepCheck(graph, options);
        step = new StepMemory(graph, options);
        WeightStore opened = null;
        try {
            Memory.Run inputs = keep(target.toDevice().allocate(step.bytes()));
            step.place(inputs.host(), inputs.address());
            WorkLayout layout = new WorkLayout(graph, options);
            Memory.Run values = keep(target.work().allocate(layout.workBytes()));
            Memory.Run results = keep(target.toHost().allocate(layout.resultBytes()));
            layout.place(values.address(), results.address());
            frame = new Frame(inputs.address(), target.lanes(), target.columns());
            opened = new WeightStore(target.work(), source, (weight, from, to, runs) ->
                    target.once().accept(runs, commands -> GraphCompiler.expand(weight, from, to, frame(), commands)));
            opened.upload(graph);
            weights = opened;
            parts = GraphCompiler.parts(graph, frame, layout, opened);
            graph.outputs().forEach((name, value) -> {
                WorkLayout.Span span = layout.result(value);
                outputs.put(name, results.host().asSlice(span.offset(), span.bytes()).asReadOnly());
            });
        } catch (RuntimeException | Error e) {
            if (opened != null) {
                opened.close();
            }
            own.forEach(Memory.Run::close);
            throw e;
        }
    }

    private Memory.Run keep(Memory.Run run) {
        own.add(run);
        return run;
    }

    /** Checks a step and puts its inputs in place. Allocates nothing. */
    public void write(StepInputs inputs, PagedCache cache) {
        check.check(inputs, cache.layout(), cache.options());
        step.write(inputs, cache.options().blockTokens());
    }

    /** Returns what its parts share. */
    public Frame frame() {
        return frame;
    }

    /** Returns the parts in their order. */
    public List<Part> parts() {
        return parts;
    }

    /**
     * Returns a result of the last step.
     *
     * @throws IllegalArgumentException if there is none of that name
     */
    public MemorySegment output(String name) {
        MemorySegment output = outputs.get(name);
        if (output == null) {
            throw new IllegalArgumentException("no output '" + name + "' among " + outputs.keySet());
        }
        return output;
    }

    /** Returns all allocations. */
    public List<Memory.Run> runs() {
        return Stream.concat(own.stream(), weights.runs().stream()).toList();
    }

    /** Returns the bytes of all allocations. */
    public long bytes() {
        return runs().stream().mapToLong(Memory.Run::bytes).sum();
    }

    @Override
    public void close() {
        weights.close();
        own.forEach(Memory.Run::close);
    }
}
