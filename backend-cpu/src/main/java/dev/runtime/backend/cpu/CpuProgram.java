package dev.runtime.backend.cpu;

import dev.runtime.api.ErrorCode;
import dev.runtime.api.RuntimeFailure;
import dev.runtime.api.backend.CacheMove;
import dev.runtime.api.backend.KvCache;
import dev.runtime.api.backend.Program;
import dev.runtime.api.backend.StepCheck;
import dev.runtime.api.backend.StepInputs;
import dev.runtime.backend.cpu.cache.CpuKvCache;
import dev.runtime.backend.cpu.ffi.LatePages;
import dev.runtime.backend.cpu.ffi.LockedMemory;
import dev.runtime.backend.cpu.ops.CacheTurn;
import dev.runtime.backend.cpu.ops.Frame;
import dev.runtime.backend.cpu.ops.Step;
import dev.runtime.backend.cpu.threads.WorkerPool;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A compiled graph: checks a step, then runs one part after the other. */
final class CpuProgram implements Program {
    private final Step[] steps;
    private final Frame frame;
    private final StepCheck check;
    private final Map<String, MemorySegment> outputs;
    private final WeightMemory weights; // the steps have addresses only
    private final LazyCopies copies;
    private final WorkerPool pool;
    private final LatePages pages;
    private final Arena arena;
    private final long bytes;
    private final boolean pinned;

    CpuProgram(List<Step> steps, Frame frame, StepCheck check, Map<String, MemorySegment> outputs, WeightMemory weights, LazyCopies copies,
            WorkerPool pool, LatePages pages, Arena arena, long bytes, boolean pinned) {
        this.steps = steps.toArray(Step[]::new);
        this.frame = frame;
        this.check = check;
        this.outputs = outputs;
        this.weights = weights;
        this.copies = copies;
        this.pool = pool;
        this.pages = pages;
        this.arena = arena;
        this.bytes = bytes;
        this.pinned = pinned;
    }

    @Override
    public void run(StepInputs inputs, KvCache cache) {
        CpuKvCache own = own(cache);
        check.check(inputs, own.layout(), own.options());
        copies.begin();
        try {
            if (pinned) {
                pool.pin();
            }
            frame.begin(inputs, own);
            for (Step step : steps) {
                step.run();
            }
        } catch (IllegalStateException | IndexOutOfBoundsException e) {
            throw new RuntimeFailure(ErrorCode.DEVICE_FAILED, "a step of " + inputs.tokens() + " tokens failed: " + e.getMessage()
                    + "; unload the model and try again", e);
        } finally {
            copies.end();
            if (pinned) {
                pool.unpin();
            }
        }
    }

    @Override
    public boolean move(CacheMove move, KvCache cache) {
        CpuKvCache own = own(cache);
        check.check(move, own.layout(), own.options());
        copies.begin();
        try {
            CacheTurn.run(frame, own, move, spec -> weights.floats(spec.factors()));
            return true;
        } catch (IllegalStateException e) {
            throw new RuntimeFailure(ErrorCode.DEVICE_FAILED, "moving " + move.count() + " cached positions failed: " + e.getMessage(), e);
        } finally {
            copies.end();
        }
    }

    private static CpuKvCache own(KvCache cache) {
        if (!(cache instanceof CpuKvCache own)) {
            throw new RuntimeFailure(ErrorCode.DEVICE_FAILED, "the cache of a program is of another device: " + cache.getClass().getName());
        }
        return own;
    }

    @Override
    public MemorySegment output(String name) {
        MemorySegment output = outputs.get(name);
        if (output == null) {
            throw new IllegalArgumentException("no output '" + name + "' among " + outputs.keySet());
        }
        return output;
    }

    @Override
    public long bytes() {
        return bytes + weights.bytes();
    }

    @Override
    public Optional<String> lock() {
        long all = weights.segments().stream().mapToLong(MemorySegment::byteSize).sum();
        // the system would take the memory from others, or end this process
        if (all > HostMemory.freeBytes()) {
            return Optional.of((all >> 20) + " MiB of weights cannot be locked, " + (HostMemory.freeBytes() >> 20)
                    + " MiB are free; stop other programs or use a smaller model");
        }
        return copies.lock(weights.segments()) ? Optional.empty() : Optional.of(LockedMemory.refused(all));
    }

    @Override
    public void close() {
        if (arena.scope().isAlive()) {
            copies.close();
            pool.release();
            pages.close();
            arena.close();
        }
    }
}
