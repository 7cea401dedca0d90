package dev.runtime.backend.cpu;

import dev.runtime.api.ErrorCode;
import dev.runtime.api.RuntimeFailure;
import dev.runtime.api.backend.WeightSource;
import dev.runtime.api.graph.Graph;
import dev.runtime.api.graph.Node;
import dev.runtime.api.graph.Op;
import dev.runtime.api.graph.Weight;
import dev.runtime.api.model.TensorInfo;
import dev.runtime.api.model.TensorType;
import dev.runtime.backend.cpu.ffi.Pages;
import dev.runtime.backend.cpu.kernels.Kernels;
import dev.runtime.backend.cpu.kernels.Matrix;
import dev.runtime.backend.cpu.memory.Memory;
import dev.runtime.backend.cpu.quant.Dequantizers;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The addresses of a program's weights. Mapped weights stay where they are; small vectors of other types become floats.
 */
final class WeightMemory {
    /** Bytes of a file that are read at once: large enough for any disk, short enough to be cancelled after. */
    private static final long SLICE = 8L << 20;

    private final WeightSource source;
    private final Arena arena;
    private final WeightCopies copies;
    private final Map<String, MemorySegment> tensors = new HashMap<>();
    private final Map<Weight, Long> vectors = new HashMap<>();
    private final Map<Expert, Matrix> matrices = new HashMap<>();
    private final boolean ahead;
    private long bytes;

    private record Expert(Weight weight, int number) {}

    /**
     * Creates an empty memory; matrices of products are added to the copies that the kernels want.
     *
     * @param weights all that will be asked for; if there is memory for all of them, mapped ones are read when they are asked for
     */
    WeightMemory(WeightSource source, Arena arena, WeightCopies copies, Collection<Weight> weights) {
        long all = weights.stream().map(Weight::tensor).distinct().mapToLong(TensorInfo::bytes).sum();
        ahead = all <= HostMemory.freeBytes();
        this.source = source;
        this.arena = arena;
        this.copies = copies;
    }

    /** Returns the bytes of the copies that kernels want of the weights of a graph. */
    static long packedBytes(Graph graph, Kernels kernels) {
        long total = 0;
        Set<Weight> weights = new HashSet<>();
        for (Node node : graph.nodes()) {
            if (!(node.op() instanceof Op.Embed)) {
                weights.addAll(Graph.weights(node.op()));
            }
        }
        for (Weight weight : weights) {
            TensorInfo tensor = weight.tensor();
            long one = Memory.align(kernels.packedBytes(tensor.type(), weight.in(), weight.rows()));
            total = Math.addExact(total, Math.multiplyExact(one, tensor.dim(2)));
        }
        return total;
    }

    /** Returns the bytes allocated beside the mapped weights. */
    long bytes() {
        return bytes;
    }

    /** Returns the weights as the file has them, in memory. */
    Collection<MemorySegment> segments() {
        return tensors.values();
    }

    /** Returns a matrix as the file has it. */
    Matrix table(Weight weight) {
        return plain(weight, 0);
    }

    /** Returns a matrix for products. */
    Matrix matrix(Weight weight) {
        return expert(weight, 0);
    }

    /** Returns the matrix of one expert of a stack, for products. */
    Matrix expert(Weight weight, int expert) {
        return matrices.computeIfAbsent(new Expert(weight, expert), key -> {
            Matrix matrix = plain(weight, expert);
            copies.add(matrix, segment(weight.tensor()).isMapped());
            return matrix;
        });
    }

    private Matrix plain(Weight weight, int expert) {
        TensorInfo tensor = weight.tensor();
        long rowBytes = tensor.type().bytes(tensor.dim(0));
        long row = Math.addExact(Math.multiplyExact(expert, tensor.dim(1)), weight.firstRow());
        return new Matrix(tensor.type(), segment(tensor).address() + row * rowBytes, weight.in(), weight.rows(), rowBytes);
    }

    /** Returns the address of a weight's elements as floats, row by row. */
    long vector(Weight weight) {
        return vectors.computeIfAbsent(weight, this::expand);
    }

    /** Returns a weight's elements; none if there is no weight. */
    float[] floats(Optional<Weight> optional) {
        if (optional.isEmpty()) {
            return new float[0];
        }
        Weight weight = optional.get();
        long address = vector(weight);
        float[] floats = new float[Math.multiplyExact(weight.in(), weight.rows())];
        for (int i = 0; i < floats.length; i++) {
            floats[i] = Memory.f32(address + 4L * i);
        }
        return floats;
    }

    private long expand(Weight weight) {
        Matrix matrix = table(weight);
        if (weight.tensor().type() == TensorType.F32) {
            return matrix.address();
        }
        long size = Math.multiplyExact(4L * weight.in(), weight.rows());
        long target = Memory.allocate(arena, size).address();
        bytes += size;
        for (int row = 0; row < matrix.rows(); row++) {
            Dequantizers.of(matrix.type()).orElseThrow().expand(matrix.row(row), matrix.in(), target + 4L * row * matrix.in());
        }
        return target;
    }

    private void readAhead(MemorySegment data) {
        for (long at = 0; ahead && at < data.byteSize(); at += SLICE) {
            long slice = Math.min(SLICE, data.byteSize() - at);
            Pages.read(data.address() + at, slice);
            source.progress(slice);
        }
    }

    private MemorySegment segment(TensorInfo tensor) {
        return tensors.computeIfAbsent(tensor.name(), name -> {
            MemorySegment data = source.data(tensor);
            if (data.byteSize() < tensor.bytes()) {
                throw new RuntimeFailure(ErrorCode.MODEL_FILE_INVALID, "tensor " + tensor + " has " + data.byteSize()
                        + " bytes instead of " + tensor.bytes() + "; get the model file again");
            }
            if (data.isNative()) {
                if (data.isMapped()) {
                    Pages.advise(data);
                    readAhead(data);
                }
                return data;
            }
            bytes += tensor.bytes();
            return Memory.allocate(arena, tensor.bytes()).copyFrom(data.asSlice(0, tensor.bytes()));
        });
    }
}
