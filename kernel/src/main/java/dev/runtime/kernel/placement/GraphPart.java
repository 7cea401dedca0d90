package dev.runtime.kernel.placement;

import dev.runtime.api.backend.WeightSource;
import dev.runtime.api.graph.Graph;
import dev.runtime.api.graph.Weight;
import dev.runtime.api.model.TensorInfo;
import dev.runtime.api.model.TensorType;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Set;

/**
 * A run of a graph's nodes as a graph of its own. The values that cross from earlier parts come as embeddings, side by side in one row a
 * token; those that later parts need go out the same way.
 *
 * @param graph the nodes
 * @param inputWidth elements of a row that comes in; 0 for the first part, which takes tokens
 * @param results the results of the whole graph that this part gives
 */
public record GraphPart(Graph graph, int inputWidth, Set<String> results) {
    /** The name of the output with the rows that go to the next part. */
    static final String CROSSING = "runtime.crossing";

    /** The name of the table that rows take the place of; no file has such a tensor. */
    private static final String TABLE = "runtime.crossing.table";

    /** Copies the set. */
    public GraphPart {
        results = Set.copyOf(results);
    }

    /** Returns the table of an embedding whose rows all come with the step. */
    static Weight table(int width) {
        return Weight.of(new TensorInfo(TABLE, TensorType.F32, new long[] {width}));
    }

    /** Returns the weights of the file with that of the table. */
    static WeightSource source(WeightSource file) {
        return new WeightSource() {
            @Override
            public MemorySegment data(TensorInfo tensor) {
                return tensor.name().equals(TABLE) ? zeros(tensor) : file.data(tensor);
            }

            @Override
            public void read(TensorInfo tensor, long offset, MemorySegment target) {
                if (tensor.name().equals(TABLE)) {
                    target.fill((byte) 0);
                } else {
                    file.read(tensor, offset, target);
                }
            }

            @Override
            public void progress(long bytes) {
                file.progress(bytes);
            }
        };
    }

    private static MemorySegment zeros(TensorInfo tensor) {
        return Arena.ofAuto().allocate(tensor.bytes(), Long.BYTES);
    }
}
