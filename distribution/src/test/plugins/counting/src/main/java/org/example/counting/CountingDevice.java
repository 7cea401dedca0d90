package org.example.counting;

import dev.runtime.api.backend.CacheOptions;
import dev.runtime.api.backend.CompileOptions;
import dev.runtime.api.backend.Device;
import dev.runtime.api.backend.DeviceInfo;
import dev.runtime.api.backend.KvCache;
import dev.runtime.api.backend.Program;
import dev.runtime.api.backend.StepInputs;
import dev.runtime.api.backend.Unsupported;
import dev.runtime.api.backend.WeightSource;
import dev.runtime.api.graph.CacheLayout;
import dev.runtime.api.graph.Graph;
import java.lang.System.Logger.Level;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/** Lets another device do the work; counts programs, steps and tokens, and logs the counts when a program is closed. */
public final class CountingDevice implements Device {
    private static final System.Logger LOG = System.getLogger(CountingDevice.class.getName());

    private final Device worker;
    private final DeviceInfo info;
    private final AtomicLong steps = new AtomicLong();
    private final AtomicLong tokens = new AtomicLong();
    private final AtomicLong open = new AtomicLong();

    /** Counts what a device does. */
    public CountingDevice(Device worker) {
        this.worker = worker;
        DeviceInfo own = worker.info();
        info = new DeviceInfo("counting:0", "Counting (" + own.name() + ")", DeviceInfo.Kind.OTHER, own.unifiedMemory(), own.totalBytes(),
                List.of("counts"));
    }

    /** Returns the steps that ran. */
    public long steps() {
        return steps.get();
    }

    /** Returns the tokens of all steps. */
    public long tokens() {
        return tokens.get();
    }

    /** Returns the programs and caches that are not closed. */
    public long open() {
        return open.get();
    }

    @Override
    public DeviceInfo info() {
        return info;
    }

    @Override
    public long freeBytes() {
        return worker.freeBytes();
    }

    @Override
    public List<Unsupported> unsupported(Graph graph) {
        return worker.unsupported(graph);
    }

    @Override
    public boolean images() {
        return worker.images();
    }

    @Override
    public long workingBytes(Graph graph, CompileOptions options) {
        return worker.workingBytes(graph, options);
    }

    @Override
    public Program compile(Graph graph, WeightSource weights, CompileOptions options) {
        Program program = worker.compile(graph, weights, options);
        open.incrementAndGet();
        return new CountingProgram(program);
    }

    @Override
    public KvCache cache(CacheLayout layout, CacheOptions options) {
        KvCache cache = worker.cache(layout, options);
        open.incrementAndGet();
        return new CountingCache(cache);
    }

    private final class CountingProgram implements Program {
        private final Program program;

        CountingProgram(Program program) {
            this.program = program;
        }

        @Override
        public void run(StepInputs inputs, KvCache cache) {
            // the worker knows only its own caches
            program.run(inputs, cache instanceof CountingCache counted ? counted.cache : cache);
            steps.incrementAndGet();
            tokens.addAndGet(inputs.tokens());
        }

        @Override
        public MemorySegment output(String name) {
            return program.output(name);
        }

        @Override
        public long bytes() {
            return program.bytes();
        }

        @Override
        public void close() {
            program.close();
            open.decrementAndGet();
            LOG.log(Level.INFO, "counted {0} steps of {1} tokens", steps.get(), tokens.get());
        }
    }

    private final class CountingCache implements KvCache {
        private final KvCache cache;

        CountingCache(KvCache cache) {
            this.cache = cache;
        }

        @Override
        public CacheOptions options() {
            return cache.options();
        }

        @Override
        public long bytes() {
            return cache.bytes();
        }

        @Override
        public void copyBlock(int from, int to, int count) {
            cache.copyBlock(from, to, count);
        }

        @Override
        public void clearSlot(int slot) {
            cache.clearSlot(slot);
        }

        @Override
        public void copySlot(int from, int to) {
            cache.copySlot(from, to);
        }

        @Override
        public long blockBytes() {
            return cache.blockBytes();
        }

        @Override
        public void exportBlock(int block, MemorySegment target) {
            cache.exportBlock(block, target);
        }

        @Override
        public void importBlock(int block, MemorySegment source) {
            cache.importBlock(block, source);
        }

        @Override
        public void close() {
            cache.close();
            open.decrementAndGet();
        }
    }
}
