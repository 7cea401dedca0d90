package dev.runtime.backend.cuda;

import dev.runtime.api.ErrorCode;
import dev.runtime.api.RuntimeFailure;
import dev.runtime.api.backend.CompileOptions;
import dev.runtime.api.backend.KvCache;
import dev.runtime.api.backend.Program;
import dev.runtime.api.backend.StepCheck;
import dev.runtime.api.backend.StepInputs;
import dev.runtime.api.backend.WeightSource;
import dev.runtime.api.graph.Graph;
import dev.runtime.api.graph.Op;
import dev.runtime.backend.cuda.ffi.Context;
import dev.runtime.backend.cuda.ffi.Driver;
import dev.runtime.backend.cuda.ffi.DriverError;
import dev.runtime.backend.cuda.memory.CudaKvCache;
import dev.runtime.backend.cuda.memory.DeviceBuffer;
import dev.runtime.backend.cuda.memory.HostBuffer;
import dev.runtime.backend.cuda.memory.WeightMemory;
import dev.runtime.backend.cuda.ops.Buffer;
import dev.runtime.backend.cuda.ops.Frame;
import dev.runtime.backend.cuda.ops.Step;
import dev.runtime.backend.cuda.ops.Tuning;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A compiled graph: checks a step, copies its inputs, runs it as a recording if it is small, and copies the results. */
final class CudaProgram implements Program {
    /** Tokens of a step up to which it is recorded; the time of larger ones hides that of starting kernels. */
    private static final int RECORDED_TOKENS = 16;

    /** Positions that steps are told apart by, at least. */
    private static final int LEAST_POSITIONS = 64;

    private static final int SHAPE_BITS = 8;

    private final Context context;
    private final CompileOptions limits;
    private final StepCheck check;
    private final Arena arena = Arena.ofShared();
    private final List<AutoCloseable> resources = new ArrayList<>();
    private final Map<String, Output> outputs = new HashMap<>();
    private final Frame frame;
    private final StepGraphs graphs;
    private final int embeddingWidth;
    private final long bytes;
    private Optional<StepUpload> upload = Optional.empty();
    private CudaKvCache lastCache;
    private int blockTokens = -1;
    private boolean open = true;

    private record Output(Buffer device, HostBuffer host) {}

    /** Uploads the weights and allocates all working memory. */
    CudaProgram(Context context, Graph graph, WeightSource source, CompileOptions limits, Tuning tuning) {
        this.context = context;
        this.limits = limits;
        check = new StepCheck(graph, limits);
        embeddingWidth = graph.nodes().stream().map(node -> node.op() instanceof Op.Embed e && e.index() == Op.Index.TOKEN ? e.table().in() : 0)
                .max(Integer::compare).orElse(0);
        try {
            context.enter();
            long stream = Driver.createStream(1);
            resources.add(() -> context.release("a stream", () -> Driver.destroyStream(stream)));
            frame = new Frame(context, arena, limits, stream, tuning);
            ProgramLayout layout = new ProgramLayout(graph, limits);
            DeviceBuffer memory = own(new DeviceBuffer(context, layout.size(), "working memory"));
            WeightMemory weights = own(new WeightMemory(context, graph, source));
            ProgramCompiler compiler = new ProgramCompiler(graph, layout, weights, frame, memory.address());
            List<Step> steps = compiler.compile();
            graphs = own(new StepGraphs(context, steps.toArray(Step[]::new), stream));
            graph.outputs().forEach((name, value) -> outputs.put(name, new Output(compiler.buffer(value),
                    own(new HostBuffer(context, 4L * Frame.mostRows(limits, value.rows()) * value.width(), "results")))));
            bytes = memory.bytes() + weights.bytes();
        } catch (DriverError e) {
            close();
            throw context.failure("preparing a model", e);
        } catch (RuntimeException | Error e) {
            close();
            throw e;
        }
    }

    private <T extends AutoCloseable> T own(T resource) {
        resources.add(resource);
        return resource;
    }

    @Override
    public void run(StepInputs inputs, KvCache cache) {
        if (!(cache instanceof CudaKvCache own)) {
            throw new RuntimeFailure(ErrorCode.DEVICE_FAILED, "the cache of a step is of another device: " + cache.getClass().getName());
        }
        check.check(inputs, own.layout(), own.options());
        context.enter();
        try {
            enqueue(inputs, own);
            outputs.values().forEach(this::fetch);
            Driver.synchronize(frame.stream());
        } catch (DriverError e) {
            RuntimeFailure failure = context.failure("a step of " + inputs.tokens() + " tokens", e);
            settle();
            throw failure;
        }
    }

    /** Waits for what a failed step has started, since the next one uses the same memory. */
    private void settle() {
        context.release("the work of a failed step", () -> Driver.synchronize(frame.stream()));
    }

    private void enqueue(StepInputs inputs, CudaKvCache cache) {
        if (cache != lastCache) {
            use(cache);
        }
        StepUpload step = upload.orElseThrow();
        step.upload(inputs, cache.layout().kvLayers().isEmpty() ? 0 : blockTokens, frame.stream());
        boolean embedded = step.uploadRows(inputs, frame.stream());
        boolean spans = spans(inputs);
        int visible = visible(inputs);
        frame.sizes(inputs.tokens(), inputs.outputs(), inputs.sequences(), visible);
        frame.places(step.address(), step.rows(), embedded ? step.rowWidth(inputs) : 0, cache);
        frame.spans(spans);
        if (embedded || spans || inputs.tokens() > RECORDED_TOKENS || inputs.tokens() == 0) {
            graphs.runDirectly();
        } else {
            long shape = inputs.tokens();
            shape = shape << SHAPE_BITS | inputs.outputs();
            shape = shape << SHAPE_BITS | inputs.sequences();
            graphs.run(shape << SHAPE_BITS | Integer.numberOfTrailingZeros(visible));
        }
    }

    /** Returns a power of two of positions, more than any token sees. */
    private int visible(StepInputs inputs) {
        int last = 0;
        for (int t = 0; t < inputs.tokens(); t++) {
            last = Math.max(last, inputs.position(t));
        }
        for (int s = 0; s < inputs.sequences(); s++) {
            last = Math.max(last, Math.min(inputs.encodedPositions(s), limits.contextLength()));
        }
        int visible = LEAST_POSITIONS;
        while (visible <= last) {
            visible *= 2;
        }
        return visible;
    }

    /** Tells whether a token sees later positions of its span. */
    private static boolean spans(StepInputs inputs) {
        boolean any = false;
        for (int t = 0; t < inputs.tokens(); t++) {
            any |= inputs.spanLast(t) > inputs.position(t);
        }
        return any;
    }

    /** Recordings hold the addresses of a cache. */
    private void use(CudaKvCache cache) {
        graphs.close();
        if (blockTokens != cache.options().blockTokens()) {
            upload.ifPresent(StepUpload::close);
            upload = Optional.empty();
            blockTokens = -1; // until there is one for these blocks
            upload = Optional.of(new StepUpload(context, limits, cache.options().blockTokens(), embeddingWidth));
            blockTokens = cache.options().blockTokens();
        }
        lastCache = cache;
    }

    private void fetch(Output output) {
        long size = 4L * frame.rows(output.device.rows()) * output.device.width();
        if (size > 0) {
            Driver.toHost(output.host.segment().address(), output.device.address(), size, frame.stream());
        }
    }

    @Override
    public MemorySegment output(String name) {
        return outputs.get(name).host.segment().asReadOnly();
    }

    @Override
    public long bytes() {
        return bytes;
    }

    @Override
    public void close() {
        if (!open) {
            return;
        }
        open = false;
        upload.ifPresent(StepUpload::close);
        for (AutoCloseable resource : resources.reversed()) {
            try {
                resource.close();
            } catch (Exception e) {
                System.getLogger(CudaProgram.class.getName()).log(System.Logger.Level.WARNING, "a part of a program on the GPU could not be freed", e);
            }
        }
        arena.close();
    }
}
