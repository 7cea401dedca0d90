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
import dev.runtime.backend.cpu.kernels.RowSource;
import dev.runtime.backend.cpu.memory.Memory;
import dev.runtime.backend.cpu.quant.Dequantizers;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
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
    private final Map<TensorInfo, MemorySegment> tensors = new LinkedHashMap<>();
    private final Map<Weight, Long> vectors = new HashMap<>();
    private final Map<Expert, Matrix> matrices = new HashMap<>();
    private final boolean ahead;
    private long bytes;

    private record Expert(Weight weight, int number) {}

    /**
     * Creates an empty memory; matrices of products are added to the copies that the kernels want.
     *
     * @param weights all that will be asked for; mapped ones are read ahead if there is memory for all of them
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
            copies.add(matrix, source(matrix, weight.tensor()));
            return matrix;
        });
    }

    private Optional<RowSource> source(Matrix matrix, TensorInfo tensor) {
        MemorySegment data = segment(tensor);
        long begin = matrix.address() - data.address();
        return data.isMapped() ? Optional.of((offset, target) -> source.read(tensor, begin + offset, target)) : Optional.empty();
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

    /**
     * Has the weights of products in memory. Those that are not there yet come in large pages with their mapping, from which products then
     * take them; of a file that is in the page cache anyhow, in small ones, rows are read until there is a copy. Rows of tables are read when
     * a step needs them.
     */
    void readAhead() {
        Map<TensorInfo, List<Matrix>> multiplied = new HashMap<>();
        matrices.forEach((key, matrix) -> multiplied.computeIfAbsent(key.weight().tensor(), _ -> new ArrayList<>()).add(matrix));
        tensors.forEach((tensor, data) -> {
            if (!ahead || !data.isMapped()) {
                return;
            }
            List<Matrix> users = multiplied.getOrDefault(tensor, List.of());
            if (users.isEmpty()) {
                source.progress(data.byteSize());
            } else if (readAhead(data, users.stream().anyMatch(matrix -> matrix.source() == null))) {
                users.forEach(matrix -> matrix.source(null));
            }
        });
    }

    /** Maps a tensor, or what of it is not in memory; returns whether anything was mapped. */
    private boolean readAhead(MemorySegment data, boolean whole) {
        boolean mapped = false;
        Pages.advise(data);
        for (long at = 0; at < data.byteSize(); at += SLICE) {
            long slice = Math.min(SLICE, data.byteSize() - at);
            if (whole || !Pages.cached(data.address() + at, slice)) {
                Pages.read(data.address() + at, slice);
                mapped = true;
            }
            source.progress(slice);
        }
        return mapped;
    }

    private MemorySegment segment(TensorInfo tensor) {
        return tensors.computeIfAbsent(tensor, key -> {
            MemorySegment data = source.data(tensor);
            if (data.byteSize() < tensor.bytes()) {
                throw new RuntimeFailure(ErrorCode.MODEL_FILE_INVALID, "tensor " + tensor + " has " + data.byteSize()
                        + " bytes instead of " + tensor.bytes() + "; get the model file again");
            }
            if (data.isNative()) {
                return data;
            }
            bytes += tensor.bytes();
            return Memory.allocate(arena, tensor.bytes()).copyFrom(data.asSlice(0, tensor.bytes()));
        });
    }
}
