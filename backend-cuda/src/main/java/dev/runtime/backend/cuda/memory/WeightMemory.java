package dev.runtime.backend.cuda.memory;

import dev.runtime.api.ErrorCode;
import dev.runtime.api.RuntimeFailure;
import dev.runtime.api.backend.WeightSource;
import dev.runtime.api.graph.ExpertOp;
import dev.runtime.api.graph.Graph;
import dev.runtime.api.graph.Node;
import dev.runtime.api.graph.Op;
import dev.runtime.api.graph.Weight;
import dev.runtime.api.model.TensorInfo;
import dev.runtime.api.model.TensorType;
import dev.runtime.backend.cuda.ffi.Context;
import java.lang.foreign.MemorySegment;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Stream;

/** The weights of a program on the device: matrices in the form of the kernels, vectors as 32-bit floats. */
public final class WeightMemory implements AutoCloseable {
    private static final long ALIGNMENT = 256;

    private final Map<TensorInfo, Long> matrices = new LinkedHashMap<>();
    private final Map<TensorInfo, Long> vectors = new LinkedHashMap<>();
    private final DeviceBuffer buffer;

    /** Allocates and uploads what a graph needs. */
    public WeightMemory(Context context, Graph graph, WeightSource source) {
        buffer = new DeviceBuffer(context, plan(graph, matrices, vectors), "weights");
        matrices.replaceAll((tensor, offset) -> buffer.address() + offset);
        vectors.replaceAll((tensor, offset) -> buffer.address() + offset);
        try (WeightUpload upload = new WeightUpload(context, largest())) {
            matrices.forEach((tensor, address) -> upload.matrix(tensor.type(), form(tensor), data(source, tensor), address));
            vectors.forEach((tensor, address) -> {
                if (!address.equals(matrices.get(tensor))) {
                    upload.vector(tensor.type(), data(source, tensor), address);
                }
            });
        } catch (RuntimeException | Error e) {
            buffer.close();
            throw e;
        }
    }

    private long largest() {
        return Stream.concat(matrices.keySet().stream(), vectors.keySet().stream()).mapToLong(TensorInfo::bytes).max().orElse(0);
    }

    /** Returns the bytes that a graph's weights take. */
    public static long bytes(Graph graph) {
        return plan(graph, new LinkedHashMap<>(), new LinkedHashMap<>());
    }

    /** Gives every tensor a place. A vector that is also used as a matrix of 32-bit floats shares its place. */
    private static long plan(Graph graph, Map<TensorInfo, Long> matrices, Map<TensorInfo, Long> vectors) {
        for (Node node : graph.nodes()) {
            for (Weight weight : Graph.weights(node.op())) {
                (matrix(node.op(), weight) ? matrices : vectors).put(weight.tensor(), 0L);
            }
        }
        long size = 0;
        for (Map.Entry<TensorInfo, Long> entry : matrices.entrySet()) {
            entry.setValue(size);
            size = next(size, form(entry.getKey()).type().bytes(entry.getKey().elements()));
        }
        for (Map.Entry<TensorInfo, Long> entry : vectors.entrySet()) {
            Long shared = form(entry.getKey()) == WeightForm.F32 ? matrices.get(entry.getKey()) : null;
            entry.setValue(shared == null ? size : shared);
            size = shared == null ? next(size, TensorType.F32.bytes(entry.getKey().elements())) : size;
        }
        return size;
    }

    private static long next(long size, long bytes) {
        return Math.addExact(size, Math.addExact(bytes, ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT);
    }

    private static boolean matrix(Op op, Weight weight) {
        return switch (op) {
            case Op.Embed o -> true;
            case Op.Linear o -> !o.bias().filter(weight::equals).isPresent();
            case Op.GatedFfn o -> true;
            case ExpertOp.MoeFfn o -> weight.equals(o.gate()) || weight.equals(o.up()) || weight.equals(o.down());
            case Op.HeadLinear o -> true;
            case Op other -> false;
        };
    }

    private static WeightForm form(TensorInfo tensor) {
        return WeightForm.of(tensor.type()).orElseThrow();
    }

    private static MemorySegment data(WeightSource source, TensorInfo tensor) {
        MemorySegment data = source.data(tensor);
        if (data.byteSize() < tensor.bytes()) {
            throw new RuntimeFailure(ErrorCode.MODEL_FILE_INVALID, "tensor " + tensor + " has " + data.byteSize() + " bytes instead of "
                    + tensor.bytes() + "; get the model file again");
        }
        return data.asSlice(0, tensor.bytes());
    }

    /** Returns a weight as the kernels of products take it. */
    public DeviceMatrix matrix(Weight weight) {
        TensorInfo tensor = weight.tensor();
        WeightForm form = form(tensor);
        long rowBlocks = tensor.dim(0) / form.type().blockSize();
        return new DeviceMatrix(form, matrices.get(tensor), tensor.elements() / form.type().blockSize(), weight.firstRow() * rowBlocks,
                tensor.dim(1) * rowBlocks, weight.in(), weight.rows());
    }

    /** Returns the address of a weight's elements as 32-bit floats, row by row. */
    public long vector(Weight weight) {
        return vectors.get(weight.tensor()) + TensorType.F32.bytes(Math.multiplyExact((long) weight.firstRow(), weight.in()));
    }

    /** Returns the bytes on the device. */
    public long bytes() {
        return buffer.bytes();
    }

    @Override
    public void close() {
        buffer.close();
    }
}
