package dev.runtime.backend.cpu.ops;

import dev.runtime.api.graph.Op;
import dev.runtime.backend.cpu.memory.Memory;

/** {@link Op.KvWrite}. */
public final class KvWriteStep implements Step {
    private final Step write;
    private final Step copy;

    /** Creates a step. */
    public KvWriteStep(Frame frame, Op.KvWrite op, Buffer k, Buffer v, Buffer y) {
        write = new CacheWrite(frame, op.layer(), k, v);
        copy = new RowStep(frame, k.rows(), k.width(), row -> Memory.copy(k.row(row), y.row(row), 4L * y.width()));
    }

    @Override
    public void run() {
        write.run();
        copy.run();
    }
}
