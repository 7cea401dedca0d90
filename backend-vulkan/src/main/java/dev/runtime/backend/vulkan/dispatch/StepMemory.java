package dev.runtime.backend.vulkan.dispatch;

import dev.runtime.api.backend.CompileOptions;
import dev.runtime.api.backend.StepInputs;
import dev.runtime.api.graph.Graph;
import dev.runtime.api.graph.Op;
import dev.runtime.api.graph.RowOp;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * The inputs of a step in memory that host and device see, as the kernels' {@code Step} has them: addresses of the arrays, the length of a
 * block table and that of a given row, then the arrays. Block tables have the length of the longest that the context allows for the cache's blocks.
 */
public final class StepMemory {
    private static final int ARRAYS = 13;
    private static final int HEADER = 8 * ARRAYS + 8;

    private final CompileOptions limits;
    private final int embeddingWidth;
    private final int rowStride;
    private final long[] offsets = new long[ARRAYS];
    private final long bytes;
    private MemorySegment memory = MemorySegment.NULL;

    /** Lays out the inputs of a graph's largest step. */
    public StepMemory(Graph graph, CompileOptions limits) {
        this.limits = limits;
        embeddingWidth = graph.nodes().stream()
                .mapToInt(node -> node.op() instanceof Op.Embed e && e.index() == Op.Index.TOKEN ? e.table().in() : 0).max().orElse(0);
        rowStride = Math.max(embeddingWidth, graph.nodes().stream()
                .mapToInt(node -> node.op() instanceof RowOp.Input input ? input.start() + input.width() : 0).max().orElse(0));
        long at = HEADER;
        long[] counts = {limits.maxTokens(), limits.maxTokens(), limits.maxTokens(), limits.maxOutputs(), limits.maxSequences(),
            limits.maxSequences(), limits.maxSequences(), Math.multiplyExact((long) limits.maxSequences(), limits.contextLength()),
            Math.multiplyExact((long) limits.maxTokens(), rowStride), Math.multiplyExact((long) limits.maxTokens(), StepInputs.AXES),
            limits.maxTokens(), limits.maxTokens(), limits.maxSequences()};
        for (int i = 0; i < ARRAYS; i++) {
            offsets[i] = at;
            at = Math.addExact(at, Math.multiplyExact(4L, counts[i]));
        }
        bytes = at;
    }

    /** Returns the size. */
    public long bytes() {
        return bytes;
    }

    /** Sets where the inputs are and writes the addresses. */
    public void place(MemorySegment host, long device) {
        memory = host;
        for (int i = 0; i < ARRAYS; i++) {
            memory.set(ValueLayout.JAVA_LONG, 8L * i, device + offsets[i]);
        }
        memory.set(ValueLayout.JAVA_INT, 8L * ARRAYS + 4, rowStride);
    }

    /** Writes a checked step; {@code blockTokens} is that of the cache. Allocates nothing. */
    public void write(StepInputs inputs, int blockTokens) {
        for (int t = 0; t < inputs.tokens(); t++) {
            put(0, t, inputs.id(t));
            put(1, t, inputs.position(t));
            put(2, t, inputs.sequenceOf(t));
            if (inputs.id(t) < 0) {
                row(inputs, t);
            }
            for (int axis = 0; axis < StepInputs.AXES; axis++) {
                put(9, StepInputs.AXES * t + axis, inputs.axis(t, axis));
            }
            put(10, t, inputs.spanFirst(t));
            put(11, t, inputs.spanLast(t));
        }
        for (int o = 0; o < inputs.outputs(); o++) {
            put(3, o, inputs.outputRow(o));
        }
        int stride = Math.ceilDiv(limits.contextLength(), blockTokens);
        memory.set(ValueLayout.JAVA_INT, 8L * ARRAYS, stride);
        for (int s = 0; s < inputs.sequences(); s++) {
            put(4, s, inputs.firstToken(s));
            put(5, s, inputs.tokenCount(s));
            put(6, s, inputs.stateSlot(s));
            int encoded = Math.min(inputs.encodedPositions(s), limits.contextLength());
            put(12, s, encoded);
            int[] table = inputs.blockTable(s);
            int last = Math.max(inputs.position(inputs.firstToken(s) + inputs.tokenCount(s) - 1), encoded - 1);
            int blocks = last / blockTokens + 1;
            MemorySegment.copy(table, 0, memory, ValueLayout.JAVA_INT, offsets[7] + 4L * s * stride, Math.min(blocks, table.length));
        }
    }

    private void row(StepInputs inputs, int token) {
        int width = inputs.embeddingWidth() == 0 ? embeddingWidth : inputs.embeddingWidth();
        MemorySegment.copy(inputs.embeddings(), (-1L - inputs.id(token)) * 4 * width, memory, offsets[8] + 4L * token * rowStride,
                4L * Math.min(width, rowStride));
    }

    private void put(int array, int index, int value) {
        memory.set(ValueLayout.JAVA_INT, offsets[array] + 4L * index, value);
    }
}
