package dev.runtime.kernel.placement;

import dev.runtime.api.backend.CacheMove;
import dev.runtime.api.backend.CompileOptions;
import dev.runtime.api.backend.KvCache;
import dev.runtime.api.backend.Program;
import dev.runtime.api.backend.StepInputs;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The programs of a graph's parts, each on its device: a step goes through all, and what crosses goes by way of the host. */
public final class SplitProgram implements Program {
    private final Program[] programs;
    private final Map<String, Program> owners = new HashMap<>();
    private final StepInputs later;

    /**
     * Joins programs.
     *
     * @param parts the parts of the graph, in order
     * @param programs one for each, compiled with the limits; closed with this
     */
    public SplitProgram(List<GraphPart> parts, List<Program> programs, CompileOptions limits) {
        this.programs = programs.toArray(Program[]::new);
        later = new StepInputs(limits);
        for (int i = 0; i < this.programs.length; i++) {
            for (String result : parts.get(i).results()) {
                owners.put(result, this.programs[i]);
            }
        }
    }

    @Override
    public void run(StepInputs inputs, KvCache cache) {
        SplitCache caches = (SplitCache) cache;
        programs[0].run(inputs, caches.part(0));
        rowsFor(inputs);
        for (int i = 1; i < programs.length; i++) {
            later.embeddings(programs[i - 1].output(GraphPart.CROSSING));
            programs[i].run(later, caches.part(i));
        }
    }

    @Override
    public boolean move(CacheMove move, KvCache cache) {
        SplitCache caches = (SplitCache) cache;
        for (int i = 0; i < programs.length; i++) {
            if (!programs[i].move(move, caches.part(i))) {
                return false;
            }
        }
        return true;
    }

    /** Makes the same step with row t in the place of token t. */
    private void rowsFor(StepInputs inputs) {
        later.clear();
        int output = 0;
        for (int s = 0; s < inputs.sequences(); s++) {
            later.beginSequence(inputs.blockTable(s), inputs.stateSlot(s));
            int end = inputs.firstToken(s) + inputs.tokenCount(s);
            for (int t = inputs.firstToken(s); t < end; t++) {
                boolean wanted = output < inputs.outputs() && inputs.outputRow(output) == t;
                output += wanted ? 1 : 0;
                later.addToken(-1 - t, inputs.position(t), wanted);
                later.axes(inputs.axis(t, 0), inputs.axis(t, 1), inputs.axis(t, 2));
                later.span(inputs.spanFirst(t), inputs.spanLast(t));
            }
        }
    }

    @Override
    public MemorySegment output(String name) {
        Program owner = owners.get(name);
        if (owner == null) {
            throw new IllegalArgumentException("no output '" + name + "' among " + owners.keySet());
        }
        return owner.output(name);
    }

    /** Returns the bytes of a part's program. */
    long bytes(int part) {
        return programs[part].bytes();
    }

    @Override
    public long bytes() {
        long sum = 0;
        for (Program program : programs) {
            sum = Math.addExact(sum, program.bytes());
        }
        return sum;
    }

    @Override
    public Optional<String> lock() {
        return Arrays.stream(programs).flatMap(part -> part.lock().stream()).findFirst();
    }

    @Override
    public void close() {
        for (Program program : programs) {
            program.close();
        }
    }
}
