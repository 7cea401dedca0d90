package dev.runtime.backend.vulkan.dispatch;

import dev.runtime.api.backend.WeightSource;
import dev.runtime.api.graph.DistanceBias;
import dev.runtime.api.graph.Graph;
import dev.runtime.api.graph.RopeSpec;
import dev.runtime.api.graph.Weight;
import dev.runtime.api.model.TensorInfo;
import dev.runtime.api.model.TensorType;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * The weights of a program on the device: each tensor uploaded once as the file has it, several in one allocation. Vectors of other
 * types become floats there; frequencies of rotations become parts of turns, and distances buckets.
 */
public final class WeightStore implements WeightView, AutoCloseable {
    private static final long ALIGNMENT = 256;
    /** Allocations hold as many tensors as fit, or one larger one. */
    private static final long CHUNK = 256L << 20;

    private static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfShort SHORT = ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private final Memory memory;
    private final WeightSource source;
    private final Expansion expansion;
    private final List<Memory.Run> runs = new ArrayList<>();
    private final Map<TensorInfo, Long> tensors = new HashMap<>();
    private final Map<Weight, Long> vectors = new HashMap<>();
    private final Map<RopeSpec, Long> turns = new HashMap<>();
    private final Map<DistanceBias, Long> buckets = new HashMap<>();

    /** Turns rows of weights into floats on the device. */
    @FunctionalInterface
    public interface Expansion {
        /** Expands all rows of a tensor; both addresses are in some of the allocations. */
        void expand(Weight weight, long from, long to, List<Memory.Run> runs);
    }

    /** Creates a store without weights. */
    public WeightStore(Memory memory, WeightSource source, Expansion expansion) {
        this.memory = memory;
        this.source = source;
        this.expansion = expansion;
    }

    /** Returns the bytes that the weights of a graph take. */
    public static long bytes(Graph graph) {
        long sum = 0;
        for (TensorInfo tensor : tensors(graph)) {
            sum = Math.addExact(sum, aligned(tensor.bytes()));
        }
        return sum;
    }

    private static Set<TensorInfo> tensors(Graph graph) {
        Set<TensorInfo> tensors = new LinkedHashSet<>();
        graph.weights().forEach(weight -> tensors.add(weight.tensor()));
        return tensors;
    }

    private static long aligned(long bytes) {
        return Math.addExact(bytes, ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    }

    /** Uploads all weights of a graph. */
    public void upload(Graph graph) {
        List<TensorInfo> chunk = new ArrayList<>();
        long size = 0;
        for (TensorInfo tensor : tensors(graph)) {
            if (size + tensor.bytes() > CHUNK && !chunk.isEmpty()) {
                upload(chunk, size);
                chunk.clear();
                size = 0;
            }
            chunk.add(tensor);
            size = Math.addExact(size, aligned(tensor.bytes()));
        }
        upload(chunk, size);
    }

    private void upload(List<TensorInfo> chunk, long size) {
        Memory.Run run = allocate(size);
        List<Memory.Piece> pieces = new ArrayList<>();
        long offset = 0;
        for (TensorInfo tensor : chunk) {
            pieces.add(new Memory.Piece(source.data(tensor).asSlice(0, tensor.bytes()), offset));
            tensors.put(tensor, run.address() + offset);
            offset += aligned(tensor.bytes());
        }
        memory.write(run, pieces);
    }

    private Memory.Run allocate(long bytes) {
        Memory.Run run = memory.allocate(bytes);
        runs.add(run);
        return run;
    }

    /** Returns the allocations. */
    public List<Memory.Run> runs() {
        return List.copyOf(runs);
    }

    /** Returns the bytes allocated. */
    public long bytes() {
        return runs.stream().mapToLong(Memory.Run::bytes).sum();
    }

    @Override
    public long matrix(Weight weight) {
        return tensors.get(weight.tensor()) + weight.firstRow() * weight.tensor().type().bytes(weight.in());
    }

    @Override
    public long vector(Weight weight) {
        return weight.tensor().type() == TensorType.F32 ? matrix(weight) : vectors.computeIfAbsent(weight, w -> {
            Memory.Run floats = allocate(4 * w.tensor().elements());
            expansion.expand(w, tensors.get(w.tensor()), floats.address(), runs);
            return floats.address() + 4L * w.firstRow() * w.in();
        });
    }

    @Override
    public long turns(RopeSpec spec) {
        return turns.computeIfAbsent(spec, s -> {
            float[] factors = s.factors().map(this::floats).orElse(new float[0]);
            return numbers(MemorySegment.ofArray(Turns.of(s, factors)));
        });
    }

    @Override
    public long buckets(DistanceBias bias) {
        return buckets.computeIfAbsent(bias, b -> numbers(MemorySegment.ofArray(
                IntStream.rangeClosed(-b.farthest(), b.farthest()).map(b::bucket).toArray())));
    }

    /** Uploads numbers that the host has made. */
    private long numbers(MemorySegment values) {
        Memory.Run run = allocate(values.byteSize());
        memory.write(run, List.of(new Memory.Piece(values, 0)));
        return run.address();
    }

    /** Reads a vector of plain numbers. */
    private float[] floats(Weight weight) {
        MemorySegment data = source.data(weight.tensor());
        float[] values = new float[Math.toIntExact(weight.tensor().elements())];
        for (int i = 0; i < values.length; i++) {
            values[i] = switch (weight.tensor().type()) {
                case F32 -> data.get(FLOAT, 4L * i);
                case F16 -> Float.float16ToFloat(data.get(SHORT, 2L * i));
                case BF16 -> Float.intBitsToFloat(data.get(SHORT, 2L * i) << 16);
                case TensorType other -> throw new IllegalStateException("no plain numbers: " + weight.tensor());
            };
        }
        return values;
    }

    @Override
    public void close() {
        runs.forEach(Memory.Run::close);
    }
}
