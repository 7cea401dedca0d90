package dev.runtime.backend.cpu.ops;

import static dev.runtime.backend.cpu.memory.Memory.f32;

import dev.runtime.api.backend.StepInputs;
import dev.runtime.api.graph.RecurrentOp;
import dev.runtime.backend.cpu.threads.Work;

/** Operators that go along each sequence with a state. Chunks are heads, or channels, of a sequence. */
public final class Recurrent implements Step {
    private static final int CHANNELS = 64;

    private final Frame frame;
    private final int parts;
    private final PartKernel kernel;
    private final Work chunk = this::chunk;

    /** Goes along one sequence for one part of its state. */
    @FunctionalInterface
    private interface PartKernel {
        void run(StepInputs inputs, int sequence, int part);
    }

    private Recurrent(Frame frame, int parts, PartKernel kernel) {
        this.frame = frame;
        this.parts = parts;
        this.kernel = kernel;
    }

    @Override
    public void run() {
        frame.parallel(chunk, frame.inputs().sequences() * parts);
    }

    private void chunk(int index, int slot) {
        kernel.run(frame.inputs(), index / parts, index % parts);
    }

    /** {@link RecurrentOp.Conv1d}; kernel {@code [K, channels]} floats, state {@code [K - 1, channels]}, the oldest row first. */
    public static Step conv1d(Frame frame, RecurrentOp.Conv1d op, Buffer x, long kernel, long bias, Buffer y) {
        int taps = Math.toIntExact(op.kernel().tensor().dim(0));
        int channels = x.width();
        return new Recurrent(frame, (channels + CHANNELS - 1) / CHANNELS, (inputs, sequence, part) -> {
            long state = frame.cache().state(op.stateLayer(), inputs.stateSlot(sequence));
            int first = inputs.firstToken(sequence);
            int count = inputs.tokenCount(sequence);
            for (int c = part * CHANNELS; c < Math.min(channels, (part + 1) * CHANNELS); c++) {
                for (int t = 0; t < count; t++) {
                    double sum = bias == 0 ? 0 : f32(bias + 4L * c);
                    for (int j = 0; j < taps; j++) {
                        sum += (double) f32(kernel + 4L * (c * taps + j)) * sample(x, state, first, t - taps + 1 + j, taps, c);
                    }
                    f32(y.row(first + t) + 4L * c, (float) sum);
                }
                for (int j = 0; j < taps - 1; j++) {
                    f32(state + 4L * (j * channels + c), sample(x, state, first, count - taps + 1 + j, taps, c));
                }
            }
        });
    }

    /** Channel c at step t of a sequence; before its first token of this step, from the state. */
    private static float sample(Buffer x, long state, int first, int t, int taps, int c) {
        return t >= 0 ? f32(x.row(first + t) + 4L * c) : f32(state + 4L * ((taps - 1 + t) * x.width() + c));
    }

    /** {@link RecurrentOp.SsmScan}; {@code a [states or 1, heads]}, {@code d [heads]} floats, state {@code [heads, headSize, states]}. */
    public static Step ssmScan(Frame frame, RecurrentOp.SsmScan op, Buffer x, Buffer dt, Buffer b, Buffer c, long a, long d, Buffer y) {
        int states = op.states();
        boolean perState = op.a().in() == states && states > 1;
        return new Recurrent(frame, op.heads(), (inputs, sequence, h) -> {
            long state = frame.cache().state(op.stateLayer(), inputs.stateSlot(sequence)) + 4L * h * op.headSize() * states;
            int group = h / (op.heads() / op.groups());
            for (int t = inputs.firstToken(sequence); t < inputs.firstToken(sequence) + inputs.tokenCount(sequence); t++) {
                double step = f32(dt.row(t) + 4L * h);
                long bRow = b.row(t) + 4L * group * states;
                long cRow = c.row(t) + 4L * group * states;
                for (int p = 0; p < op.headSize(); p++) {
                    double value = f32(x.row(t) + 4L * (h * op.headSize() + p));
                    double sum = f32(d + 4L * h) * value;
                    for (int n = 0; n < states; n++) {
                        long at = state + 4L * (p * states + n);
                        double decay = Math.exp(step * f32(a + 4L * (perState ? h * states + n : h)));
                        double next = decay * f32(at) + step * f32(bRow + 4L * n) * value;
                        f32(at, (float) next);
                        sum += f32(cRow + 4L * n) * next;
                    }
                    f32(y.row(t) + 4L * (h * op.headSize() + p), (float) sum);
                }
            }
        });
    }

    /** {@link RecurrentOp.DeltaNet}; state {@code [valueHeads, valueSize, keySize]}. */
    public static Step deltaNet(Frame frame, RecurrentOp.DeltaNet op, Buffer q, Buffer k, Buffer v, Buffer g, Buffer beta, Buffer y) {
        int keySize = op.keySize();
        return new Recurrent(frame, op.valueHeads(), (inputs, sequence, h) -> {
            long state = frame.cache().state(op.stateLayer(), inputs.stateSlot(sequence)) + 4L * h * op.valueSize() * keySize;
            int keyHead = op.tiled() ? h % op.keyHeads() : h / (op.valueHeads() / op.keyHeads());
            for (int t = inputs.firstToken(sequence); t < inputs.firstToken(sequence) + inputs.tokenCount(sequence); t++) {
                long key = k.row(t) + 4L * keyHead * keySize;
                long query = q.row(t) + 4L * keyHead * keySize;
                double decay = f32(g.row(t) + 4L * h);
                double rate = f32(beta.row(t) + 4L * h);
                for (int i = 0; i < op.valueSize(); i++) {
                    long row = state + 4L * i * keySize;
                    double known = 0;
                    for (int j = 0; j < keySize; j++) {
                        known += decay * f32(row + 4L * j) * f32(key + 4L * j);
                    }
                    double update = rate * (f32(v.row(t) + 4L * (h * op.valueSize() + i)) - known);
                    double sum = 0;
                    for (int j = 0; j < keySize; j++) {
                        double next = decay * f32(row + 4L * j) + update * f32(key + 4L * j);
                        f32(row + 4L * j, (float) next);
                        sum += next * f32(query + 4L * j);
                    }
                    f32(y.row(t) + 4L * (h * op.valueSize() + i), (float) sum);
                }
            }
        });
    }
}
