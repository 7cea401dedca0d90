package dev.runtime.kernel.engine;

import dev.runtime.api.ErrorCode;
import dev.runtime.api.RuntimeFailure;
import dev.runtime.api.backend.CacheOptions;
import dev.runtime.api.backend.CompileOptions;
import dev.runtime.api.backend.Device;
import dev.runtime.api.backend.DeviceInfo;
import dev.runtime.api.backend.Unsupported;
import dev.runtime.api.graph.CacheLayout;
import dev.runtime.api.graph.Graph;
import dev.runtime.api.model.Adapter;
import dev.runtime.api.model.Architecture;
import dev.runtime.api.model.BuildOptions;
import dev.runtime.api.model.BuildOptions.Output;
import dev.runtime.api.model.ImageEncoder;
import dev.runtime.api.model.ModelFile;
import dev.runtime.api.model.ModelShape;
import dev.runtime.api.model.ModelShape.Pooling;
import dev.runtime.api.model.TensorType;
import dev.runtime.kernel.placement.LayerSplit;
import dev.runtime.kernel.placement.Placement;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Finds the device and the sizes with which a model can run, before anything is allocated. */
final class Planner {
    private static final System.Logger LOG = System.getLogger(Planner.class.getName());
    private static final long GIB = 1L << 30;
    private static final int[] CONTEXT_TIERS = {262_144, 32_768, 4_096};
    private static final int[] PARALLEL_TIERS = {4, 2, 1};
    private static final int SHORTEST_CONTEXT = 4;
    private static final int MOST_PARALLEL = 1_024;
    /** Scores of a step: enough rows to score whole texts at a good pace, little memory beside any model's weights. */
    private static final long SCORE_BYTES = 16L << 20;
    private static final int MOST_SCORED = 64;
    private static final int EMBEDDING_STEP = 2_048;
    private static final int EMBEDDING_SEQUENCES = 64;
    private static final Set<TensorType> KV_TYPES =
            Set.of(TensorType.F32, TensorType.F16, TensorType.BF16, TensorType.Q8_0, TensorType.Q4_0);

    private final String model;
    private final ModelFile file;
    private final List<Adapter> adapters;
    private final Architecture architecture;
    private final ModelShape shape;
    private final EngineOptions options;
    private final Optional<ImageEncoder> images;

    Planner(String model, AdapterFiles files, Architecture architecture, Optional<ImageEncoder> images, EngineOptions options) {
        this.images = images;
        this.model = model;
        this.file = files.file();
        this.adapters = files.adapters();
        this.architecture = architecture;
        this.options = options;
        shape = architecture.shape(file);
    }

    ModelShape shape() {
        return shape;
    }

    /**
     * Returns the plan for the first of the devices on which the model can run.
     *
     * @throws RuntimeFailure with the reason of the last device, if it can run on none
     */
    EnginePlan plan(List<Device> devices) {
        return plan(devices, Optional.empty());
    }

    /**
     * Returns the plan for the first of the devices on which the model can run, or for the first with which a processor can share it.
     *
     * @throws RuntimeFailure with the reason of the last device, if it can run on none
     */
    EnginePlan plan(List<Device> devices, Optional<Device> processor) {
        for (Iterator<Device> left = devices.iterator(); left.hasNext(); ) {
            Device device = left.next();
            if (options.gpuLayers() < shape.layers()) {
                Optional<EnginePlan> shared = processor.flatMap(p ->
                        shared(options.gpuLayers() + " layers of " + model + " were asked for on " + device.info().id(), device, devices, p));
                if (shared.isPresent()) {
                    return shared.get();
                }
            }
            try {
                return plan(device);
            } catch (RuntimeFailure e) {
                boolean divides = e.code() == ErrorCode.MODEL_TOO_LARGE || e.code() == ErrorCode.MODEL_UNSUPPORTED;
                Optional<EnginePlan> shared = divides ? processor.flatMap(p -> shared(e.getMessage(), device, devices, p)) : Optional.empty();
                if (shared.isPresent()) {
                    return shared.get();
                }
                if (!left.hasNext()) {
                    throw e;
                }
                LOG.log(Level.WARNING, e.getMessage() + "; the next device is tried");
            }
        }
        throw new RuntimeFailure(ErrorCode.MODEL_LOAD_FAILED, "there is no device to run on; install a backend plug-in");
    }

    /**
     * Returns a plan for several devices where one alone cannot or shall not run the model, in the shortest context tier. Images and models with
     * an encoder are not for several devices.
     */
    private Optional<EnginePlan> shared(String reason, Device device, List<Device> devices, Device processor) {
        if (device.info().kind() == DeviceInfo.Kind.CPU || shape.decoderStart().isPresent()) {
            return Optional.empty();
        }
        List<Device> alike = devices.stream().dropWhile(d -> d != device).filter(d -> d.info().kind() == device.info().kind()).toList();
        int longest = Math.max(SHORTEST_CONTEXT, shape.contextLength());
        int contextLength = options.contextLength() > 0 ? Math.clamp(options.contextLength(), SHORTEST_CONTEXT, longest)
                : Math.min(CONTEXT_TIERS[CONTEXT_TIERS.length - 1], longest);
        Graph graph = graph(contextLength, false);
        EnginePlan whole = sized(processor, graph, contextLength, false);
        LayerSplit split = new LayerSplit(graph, whole.limits(), layout -> EngineEstimate.cacheBytes(layout, whole.cache()),
                options.gpuLayers() < shape.layers() ? options.gpuLayers() : Integer.MAX_VALUE);
        return split.over(alike, processor).filter(placement -> placement.devices().contains(device)).map(placement -> {
            LOG.log(Level.WARNING, "{0}; the model is split: {1}", reason, placement.describe());
            return new EnginePlan(placement, graph, whole.limits(), whole.cache(), whole.cacheBytes(), whole.workingBytes(), whole.generates(),
                    Optional.empty());
        });
    }

    private Graph graph(int contextLength, boolean sees) {
        Output output = shape.pooling() == Pooling.NONE ? Output.LOGITS : Output.EMBEDDING;
        return architecture.build(file, new BuildOptions(contextLength, output, sees, adapters));
    }

    private Optional<Graph> encoder(int contextLength) {
        return shape.decoderStart().isEmpty() ? Optional.empty()
                : Optional.of(architecture.build(file, new BuildOptions(contextLength, Output.ENCODING, false, adapters)));
    }

    /** A prompt is encoded in one step, so the step limits its length. */
    private EnginePlan withEncoder(EnginePlan plan, Graph graph) {
        int tokens = Math.min(plan.contextLength(), options.batch() > 0 ? options.batch() : EMBEDDING_STEP);
        CompileOptions limits = new CompileOptions(tokens, 1, 1, plan.contextLength(), options.threads(), options.pinned());
        return new EnginePlan(plan.placement(), plan.graph(), plan.limits(), plan.cache(), plan.cacheBytes(), plan.workingBytes(),
                plan.generates(), Optional.of(new EnginePlan.Encoder(graph, limits, plan.device().workingBytes(graph, limits),
                        shape.decoderStart().getAsInt())));
    }

    private EnginePlan sized(Device device, Graph graph, int contextLength, boolean sees) {
        TensorType kvType = kvType(graph.cacheLayout());
        return shape.pooling() == Pooling.NONE
                ? generation(device, graph, contextLength, kvType, sees ? images.orElseThrow().whole() : 0)
                : embedding(device, graph, contextLength, kvType);
    }

    private EnginePlan plan(Device device) {
        int longest = Math.max(SHORTEST_CONTEXT, shape.contextLength());
        if (options.contextLength() > 0) {
            return plan(device, Math.clamp(options.contextLength(), SHORTEST_CONTEXT, longest));
        }
        int first = firstTier(device.info());
        for (int i = first; i < CONTEXT_TIERS.length - 1; i++) {
            try {
                return plan(device, Math.min(CONTEXT_TIERS[i], longest));
            } catch (RuntimeFailure e) {
                if (e.code() != ErrorCode.MODEL_TOO_LARGE) {
                    throw e;
                }
            }
        }
        return plan(device, Math.min(CONTEXT_TIERS[CONTEXT_TIERS.length - 1], longest));
    }

    private static int firstTier(DeviceInfo device) {
        if (device.kind() == DeviceInfo.Kind.CPU) {
            return 2;
        }
        return device.totalBytes() >= 47 * GIB ? 0 : device.totalBytes() >= 23 * GIB ? 1 : 2;
    }

    private EnginePlan plan(Device device, int contextLength) {
        boolean sees = images.isPresent() && device.images() && shape.pooling() == Pooling.NONE;
        Graph graph = graph(contextLength, sees);
        Optional<Graph> encoder = encoder(contextLength);
        List<Unsupported> unsupported = new ArrayList<>(device.unsupported(graph));
        encoder.ifPresent(e -> unsupported.addAll(device.unsupported(e)));
        if (!unsupported.isEmpty()) {
            Unsupported first = unsupported.getFirst();
            throw new RuntimeFailure(ErrorCode.MODEL_UNSUPPORTED, model + " needs " + unsupported.size() + " operators that "
                    + device.info().id() + " does not have, first " + first.node().op().getClass().getSimpleName() + ": "
                    + first.reason() + "; choose another device");
        }
        EnginePlan decoding = sized(device, graph, contextLength, sees);
        EnginePlan plan = encoder.map(e -> withEncoder(decoding, e)).orElse(decoding);
        long free = device.freeBytes();
        if (plan.bytes() > free) {
            throw new RuntimeFailure(ErrorCode.MODEL_TOO_LARGE, model + " needs " + plan.bytes() + " bytes on " + device.info().id()
                    + " (" + plan.cacheBytes() + " for a KV cache of " + plan.parallel() + " x " + contextLength + " tokens, "
                    + plan.workingBytes() + " to work), " + free
                    + " are free; choose a shorter context, fewer parallel requests or a smaller model");
        }
        return plan;
    }

    /** A step has room for the largest image whose rows see each other, beside a token of every other sequence. */
    private EnginePlan generation(Device device, Graph graph, int contextLength, TensorType kvType, int whole) {
        CacheLayout layout = graph.cacheLayout();
        int blocks = Math.ceilDiv(contextLength, EnginePlan.BLOCK_TOKENS);
        int parallel = Math.min(options.parallel(), MOST_PARALLEL);
        for (int i = 0; parallel == 0; i++) {
            CacheOptions cache = cache(layout, Math.multiplyExact(blocks, PARALLEL_TIERS[i]), PARALLEL_TIERS[i], kvType);
            if (PARALLEL_TIERS[i] == 1 || EngineEstimate.cacheBytes(layout, cache) <= device.freeBytes() / 4) {
                parallel = PARALLEL_TIERS[i];
            }
        }
        long positions = (long) contextLength * parallel;
        int batch = options.batch() > 0 ? options.batch() : positions > 32_768 ? 2_048 : positions > 4_096 ? 1_024 : 512;
        int tokens = Math.max((int) Math.min(batch, positions), Math.addExact(parallel, Math.min(whole, contextLength)));
        long rows = Math.clamp(SCORE_BYTES / (4L * graph.output(Graph.LOGITS).width()), 1, MOST_SCORED);
        int outputs = Math.max(parallel, (int) Math.min(rows, tokens));
        CompileOptions limits = new CompileOptions(tokens, outputs, parallel, contextLength, options.threads(), options.pinned());
        int all = Math.addExact(Math.multiplyExact(blocks, parallel), ContextShift.spareBlocks(graph, options));
        return plan(device, graph, limits, cache(layout, all, parallel, kvType), true);
    }

    /** A text is embedded in one step, so the step limits its length. */
    private EnginePlan embedding(Device device, Graph graph, int contextLength, TensorType kvType) {
        int tokens = Math.min(contextLength, options.batch() > 0 ? options.batch() : EMBEDDING_STEP);
        int sequences = Math.min(tokens, EMBEDDING_SEQUENCES);
        CompileOptions limits = new CompileOptions(tokens, 1, sequences, contextLength, options.threads(), options.pinned());
        int blocks = Math.ceilDiv(tokens, EnginePlan.BLOCK_TOKENS) + sequences;
        return plan(device, graph, limits, cache(graph.cacheLayout(), blocks, sequences, kvType), false);
    }

    private static EnginePlan plan(Device device, Graph graph, CompileOptions limits, CacheOptions cache, boolean generates) {
        return new EnginePlan(Placement.whole(device, graph), graph, limits, cache, EngineEstimate.cacheBytes(graph.cacheLayout(), cache),
                device.workingBytes(graph, limits), generates, Optional.empty());
    }

    private static CacheOptions cache(CacheLayout layout, int blocks, int sequences, TensorType kvType) {
        return new CacheOptions(layout.kvLayers().isEmpty() ? 0 : blocks, EnginePlan.BLOCK_TOKENS,
                layout.stateLayers().isEmpty() ? 0 : sequences, kvType, kvType);
    }

    private TensorType kvType(CacheLayout layout) {
        TensorType type = options.kvType();
        if (!KV_TYPES.contains(type)) {
            throw new RuntimeFailure(ErrorCode.CONFIG_INVALID, "KV cache type " + type + " is none of f32, f16, bf16, q8_0 and q4_0");
        }
        for (CacheLayout.KvLayer layer : layout.kvLayers()) {
            if (layer.keySize() % type.blockSize() != 0 || layer.valueSize() % type.blockSize() != 0) {
                LOG.log(Level.WARNING, model + ": KV cache type " + type + " does not fit heads of " + layer.keySize() + " and "
                        + layer.valueSize() + " elements, F16 is used");
                return TensorType.F16;
            }
        }
        return type;
    }
}
