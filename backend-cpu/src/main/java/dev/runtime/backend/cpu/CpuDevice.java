package dev.runtime.backend.cpu;

import dev.runtime.api.ErrorCode;
import dev.runtime.api.RuntimeFailure;
import dev.runtime.api.backend.CacheOptions;
import dev.runtime.api.backend.CompileOptions;
import dev.runtime.api.backend.Device;
import dev.runtime.api.backend.DeviceInfo;
import dev.runtime.api.backend.KvCache;
import dev.runtime.api.backend.Program;
import dev.runtime.api.backend.StepCheck;
import dev.runtime.api.backend.Unsupported;
import dev.runtime.api.backend.WeightSource;
import dev.runtime.api.graph.CacheLayout;
import dev.runtime.api.graph.Graph;
import dev.runtime.api.graph.Node;
import dev.runtime.api.graph.Value;
import dev.runtime.backend.cpu.cache.CpuKvCache;
import dev.runtime.backend.cpu.ffi.LatePages;
import dev.runtime.backend.cpu.kernels.Kernels;
import dev.runtime.backend.cpu.kernels.RowBuffers;
import dev.runtime.backend.cpu.memory.Memory;
import dev.runtime.backend.cpu.ops.Buffer;
import dev.runtime.backend.cpu.ops.Frame;
import dev.runtime.backend.cpu.ops.Step;
import dev.runtime.backend.cpu.quant.Dequantizers;
import dev.runtime.backend.cpu.threads.WorkerPool;
import java.lang.System.Logger.Level;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The host's processor with one set of kernels and one pool of threads. */
final class CpuDevice implements Device {
    private static final System.Logger LOG = System.getLogger(CpuDevice.class.getName());

    private final DeviceInfo info;
    private final Kernels kernels;
    private final WorkerPool pool;
    private final boolean reuse;

    /**
     * Creates a device without threads or memory.
     *
     * @param reuse whether values share working memory
     */
    CpuDevice(String id, String name, Kernels kernels, int slots, boolean reuse) {
        info = new DeviceInfo(id, name, DeviceInfo.Kind.CPU, true, HostMemory.totalBytes(), kernels.features());
        this.kernels = kernels;
        this.reuse = reuse;
        pool = new WorkerPool(slots);
    }

    @Override
    public DeviceInfo info() {
        return info;
    }

    @Override
    public long freeBytes() {
        return HostMemory.freeBytes();
    }

    @Override
    public List<Unsupported> unsupported(Graph graph) {
        List<Unsupported> found = new ArrayList<>();
        for (Node node : graph.nodes()) {
            Graph.weights(node.op()).stream().map(weight -> weight.tensor().type()).distinct()
                    .filter(type -> Dequantizers.of(type).isEmpty())
                    .forEach(type -> found.add(new Unsupported(node, Dequantizers.reason(type))));
        }
        return found;
    }

    @Override
    public boolean images() {
        return true;
    }

    @Override
    public Program compile(Graph graph, WeightSource source, CompileOptions options) {
        List<Unsupported> unsupported = unsupported(graph);
        if (!unsupported.isEmpty()) {
            throw new RuntimeFailure(ErrorCode.MODEL_UNSUPPORTED, info.id() + " cannot run " + unsupported.size()
                    + " operators of the model, the first because: " + unsupported.getFirst().reason());
        }
        ProgramCompiler compiler = new ProgramCompiler(graph, options, kernels, reuse);
        long bytes = compiler.layout(pool.slots());
        Arena arena = arena(bytes, "working memory");
        LatePages pages = pages(arena, bytes);
        try {
            WeightCopies copies = new WeightCopies(kernels);
            WeightMemory weights = new WeightMemory(source, arena, copies, graph.weights());
            int threads = options.threads() == 0 ? pool.slots() : Math.min(options.threads(), pool.slots());
            RowBuffers buffers = new RowBuffers(arena, pool.slots());
            Frame frame = new Frame(kernels, pool, threads, buffers);
            MemorySegment memory = pages.memory();
            List<Step> steps = compiler.steps(frame, weights, memory.address());
            Map<String, MemorySegment> outputs = new HashMap<>();
            graph.outputs().forEach((name, value) -> outputs.put(name, output(compiler, value, options, memory)));
            if (!packs(copies.bytes())) {
                copies = new WeightCopies(kernels);
            }
            copies.allocate(arena, buffers);
            weights.readAhead();
            pool.acquire();
            try {
                while (copies.left() && !kernels.packsLater()) {
                    copies.advance(pool, threads);
                }
                LazyCopies later = new LazyCopies(copies, pool, threads);
                return new CpuProgram(steps, frame, new StepCheck(graph, options), outputs, weights, later, pool, pages, arena,
                        Math.addExact(bytes, kernels.packsLater() ? 0 : copies.bytes()), options.pinned());
            } catch (RuntimeException | Error e) {
                pool.release();
                throw e;
            }
        } catch (RuntimeException | Error e) {
            pages.close();
            arena.close();
            throw e;
        }
    }

    /** Whether there is room for copies of weights beside a reserve and the working memory. */
    private boolean packs(long wanted) {
        long free = freeBytes();
        if (wanted > free - WeightCopies.RESERVE) {
            LOG.log(Level.WARNING, "{0} computes with weights as the file has them, which is slower: copies in the order of the kernels "
                    + "need {1} MiB, {2} MiB are free; stop other programs or use a smaller model", info.id(), wanted >> 20, free >> 20);
            return false;
        }
        return wanted > 0;
    }

    private static MemorySegment output(ProgramCompiler compiler, Value value, CompileOptions options, MemorySegment memory) {
        Buffer buffer = compiler.buffer(value);
        long bytes = 4L * new MemoryPlan(options, false).rows(value.rows()) * value.width();
        return memory.asSlice(buffer.address() - memory.address(), bytes).asReadOnly();
    }

    @Override
    public KvCache cache(CacheLayout layout, CacheOptions options) {
        options.check(layout);
        long bytes = CpuKvCache.bytes(layout, options);
        arena(bytes, "the KV cache").close();
        try {
            return new CpuKvCache(layout, options, pool::busy);
        } catch (OutOfMemoryError e) {
            throw shortOf(bytes, "the KV cache", e);
        }
    }

    @Override
    public long workingBytes(Graph graph, CompileOptions options) {
        long working = new ProgramCompiler(graph, options, kernels, reuse).layout(pool.slots());
        // later copies are made if there is room, and take the place of what is mapped
        return kernels.packsLater() ? working : Math.addExact(working, WeightMemory.packedBytes(graph, kernels));
    }

    private Arena arena(long bytes, String what) {
        if (bytes > freeBytes()) {
            throw shortOf(bytes, what, null);
        }
        return Arena.ofShared();
    }

    private LatePages pages(Arena arena, long bytes) {
        try {
            return new LatePages(arena, bytes, pool::busy);
        } catch (OutOfMemoryError e) {
            arena.close();
            throw shortOf(bytes, "working memory", e);
        }
    }

    private RuntimeFailure shortOf(long bytes, String what, Throwable cause) {
        return new RuntimeFailure(ErrorCode.OUT_OF_MEMORY, info.id() + " needs " + (bytes >> 20) + " MiB for " + what + ", "
                + (freeBytes() >> 20) + " MiB are free; use a shorter context, a smaller batch or a smaller model", cause);
    }
}
