package dev.runtime.backend.cuda;

import dev.runtime.api.ErrorCode;
import dev.runtime.api.RuntimeFailure;
import dev.runtime.api.backend.CacheOptions;
import dev.runtime.api.backend.CompileOptions;
import dev.runtime.api.backend.Device;
import dev.runtime.api.backend.DeviceInfo;
import dev.runtime.api.backend.DeviceMemory;
import dev.runtime.api.backend.KvCache;
import dev.runtime.api.backend.Program;
import dev.runtime.api.backend.Unsupported;
import dev.runtime.api.backend.WeightSource;
import dev.runtime.api.graph.CacheLayout;
import dev.runtime.api.graph.Graph;
import dev.runtime.api.graph.Node;
import dev.runtime.api.graph.Op;
import dev.runtime.api.graph.RecurrentOp;
import dev.runtime.backend.cuda.ffi.Context;
import dev.runtime.backend.cuda.ffi.Driver;
import dev.runtime.backend.cuda.ffi.DriverError;
import dev.runtime.backend.cuda.memory.CudaKvCache;
import dev.runtime.backend.cuda.memory.PlainMemory;
import dev.runtime.backend.cuda.memory.WeightForm;
import dev.runtime.backend.cuda.memory.WeightMemory;
import dev.runtime.backend.cuda.ops.Recurrent;
import dev.runtime.backend.cuda.ops.Tuning;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** One GPU. */
final class CudaDevice implements Device {
    /** The most elements of a value head: what the threads of a block hold. */
    private static final int MOST_VALUES = 512;

    private final DeviceInfo info;
    private final Context context;
    private final Tuning tuning;

    CudaDevice(DeviceInfo info, Context context, Tuning tuning) {
        this.info = info;
        this.context = context;
        this.tuning = tuning;
    }

    @Override
    public DeviceInfo info() {
        return info;
    }

    @Override
    public long freeBytes() {
        if (context.lost()) {
            return 0; // what plans models takes another device
        }
        try {
            context.enter();
            return Driver.freeBytes();
        } catch (DriverError e) {
            throw context.failure("asking for its free memory", e);
        }
    }

    @Override
    public List<Unsupported> unsupported(Graph graph) {
        List<Unsupported> found = new ArrayList<>();
        for (Node node : graph.nodes()) {
            Graph.weights(node.op()).stream().map(weight -> weight.tensor().type()).distinct().filter(type -> WeightForm.of(type).isEmpty())
                    .forEach(type -> found.add(new Unsupported(node, "tensors of type " + type + " cannot be weights")));
            tooLarge(node.op()).ifPresent(reason -> found.add(new Unsupported(node, reason)));
        }
        return found;
    }

    private static Optional<String> tooLarge(Op op) {
        return switch (op) {
            case Op.Attention o when o.spec().valueSize() > MOST_VALUES ->
                Optional.of("value heads of " + o.spec().valueSize() + " elements; the kernel takes " + MOST_VALUES);
            case RecurrentOp.SsmScan o when o.states() > Recurrent.MOST_STATE ->
                Optional.of("a scan of " + o.states() + " states; the kernel takes " + Recurrent.MOST_STATE);
            case RecurrentOp.DeltaNet o when o.keySize() > Recurrent.MOST_STATE ->
                Optional.of("keys of " + o.keySize() + " elements; the kernel takes " + Recurrent.MOST_STATE);
            case Op other -> Optional.empty();
        };
    }

    @Override
    public Program compile(Graph graph, WeightSource weights, CompileOptions options) {
        List<Unsupported> unsupported = unsupported(graph);
        if (!unsupported.isEmpty()) {
            throw new RuntimeFailure(ErrorCode.MODEL_UNSUPPORTED, info.id() + " cannot run " + unsupported.size()
                    + " operators of the model, the first because: " + unsupported.getFirst().reason());
        }
        return new CudaProgram(context, graph, weights, options, tuning);
    }

    @Override
    public KvCache cache(CacheLayout layout, CacheOptions options) {
        options.check(layout);
        return new CudaKvCache(context, layout, options);
    }

    @Override
    public long workingBytes(Graph graph, CompileOptions options) {
        return Math.addExact(new ProgramLayout(graph, options).size(), WeightMemory.bytes(graph));
    }

    @Override
    public boolean images() {
        return true;
    }

    @Override
    public DeviceMemory allocate(long bytes, DeviceMemory.Use use) {
        return new PlainMemory(context, bytes);
    }
}
