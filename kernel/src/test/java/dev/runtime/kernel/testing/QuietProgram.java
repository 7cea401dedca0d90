package dev.runtime.kernel.testing;

import dev.runtime.api.backend.CompileOptions;
import dev.runtime.api.backend.KvCache;
import dev.runtime.api.backend.Program;
import dev.runtime.api.backend.StepInputs;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Random;

/** Gives scores that change a little from step to step, and allocates nothing while it runs. Never ends a generation by itself. */
public final class QuietProgram implements Program {
    private final Arena arena = Arena.ofShared();
    private final MemorySegment result;
    private final FakeDevice device;
    private int step;

    /** Creates the program of a device. */
    public QuietProgram(CompileOptions limits, FakeDevice device) {
        this.device = device;
        long count = (long) limits.maxOutputs() * FakeLanguage.VOCABULARY;
        result = arena.allocate(4 * count, 64);
        Random random = new Random(1);
        for (long i = 0; i < count; i++) {
            boolean end = i % FakeLanguage.VOCABULARY == FakeLanguage.END;
            result.setAtIndex(ValueLayout.JAVA_FLOAT, i, end ? -1000 : (float) random.nextGaussian());
        }
        device.open.incrementAndGet();
    }

    @Override
    public void run(StepInputs inputs, KvCache cache) {
        step++;
        for (int row = 0; row < inputs.outputs(); row++) {
            long at = (long) row * FakeLanguage.VOCABULARY + step % 256;
            result.setAtIndex(ValueLayout.JAVA_FLOAT, at, (step * 7 & 15) / 4f);
        }
    }

    @Override
    public MemorySegment output(String name) {
        return result;
    }

    @Override
    public long bytes() {
        return result.byteSize();
    }

    @Override
    public void close() {
        arena.close();
        device.open.decrementAndGet();
    }
}
